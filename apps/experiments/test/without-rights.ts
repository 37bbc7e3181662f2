/** A user that owns nothing: `nobody` on most systems. */
const nobody = 65534;

/** Whether permissions hold in this process: root loses its privileges for a while, others have none. */
export const permissionsHold = process.getuid !== undefined && process.seteuid !== undefined;

/** Does `work` as somebody whom permissions bind. */
export async function withoutRights<Result>(work: () => Promise<Result>): Promise<Result> {
  if (process.getuid?.() !== 0) return work();
  process.setegid?.(nobody);
  process.seteuid?.(nobody);
  try {
    return await work();
  } finally {
    process.seteuid?.(0);
    process.setegid?.(0);
  }
}
