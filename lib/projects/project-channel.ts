/** Where the bus tells that a project's settings or keys have changed. */
export const projectChannel = (projectId: string): string => `project:${projectId}`;
