export { FolderError } from './errors.ts';
export type { PictureFile } from './node/picture-list.ts';
export {
  degradeFolder,
  type FolderProgress,
  type FolderResult,
  restoreFolder,
  type TranslateFolderOptions,
} from './node/translate-folder.ts';
