import { testProjects } from './tooling/vitest/projects.ts';

export default testProjects;
