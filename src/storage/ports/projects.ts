// Projects: their definitions, who owns them, and that they were removed.

import type { Project } from '../../core/index.ts';
import type { JsonObject } from './json.ts';

/** Who owns the settings of a project: the configuration file, or this store. */
export type ProjectSource = 'file' | 'stored';

export interface ProjectRemoval {
  readonly at: number;
  readonly by: string;
  /** What is stored of it is being deleted: it cannot be restored any more. */
  readonly purging: boolean;
}

export interface ProjectRecord {
  readonly project: Project;
  /** As they were written, without defaults; null = the file has them. */
  readonly settings: JsonObject | null;
  readonly source: ProjectSource;
  /** 1 at first, one more with every change, removal and restoration. */
  readonly version: number;
  readonly createdAt: number;
  readonly updatedAt: number;
  /** Null = it is there. */
  readonly removal: ProjectRemoval | null;
}

/** A change that somebody asks for. */
export interface ProjectWrite {
  readonly by: string;
  readonly now: number;
  /** Only while the project has this version, else `projects/changed-meanwhile`; absent = whichever. */
  readonly ifVersion?: number | undefined;
}

/**
 * Every write is one transaction with its event. What gives stored rows their meaning does not change once there is data
 * (`store/project-changed`, see `frozenChange`); a name belongs to one project or registered model (`store/name-taken`).
 */
export interface ProjectStore {
  /**
   * The project as the configuration file defines it: added, changed, restored, or as it was.
   * @throws AppError also `projects/in-both`, `projects/being-purged`
   */
  putProject(project: Project, now: number): Promise<void>;
  /**
   * A new stored project, or the taking over of one that a file owned.
   * @throws AppError also `projects/exists`, `projects/removed`, `projects/being-purged`, `projects/too-many`
   */
  addProject(
    definition: Pick<ProjectRecord, 'project' | 'settings'>,
    write: Omit<ProjectWrite, 'ifVersion'>,
  ): Promise<ProjectRecord>;
  /** @throws AppError also `serving/unknown-project`, `projects/in-file`, `projects/changed-meanwhile` */
  changeProject(
    definition: Pick<ProjectRecord, 'project' | 'settings'>,
    write: ProjectWrite,
  ): Promise<ProjectRecord>;
  /**
   * Takes the project out of service; its data stay. Jobs that are queued or running are a reason not to (`projects/busy`), or
   * are cancelled.
   * @throws AppError also `serving/unknown-project`, `projects/in-file`, `projects/changed-meanwhile`
   */
  removeProject(
    name: string,
    write: ProjectWrite & { readonly cancelJobs: boolean; readonly purging: boolean },
  ): Promise<ProjectRecord>;
  /** @throws AppError `projects/not-removed`, `projects/being-purged` */
  restoreProject(name: string, write: Omit<ProjectWrite, 'ifVersion'>): Promise<ProjectRecord>;
  /** What is stored of a removed project may go from now on. @throws AppError `projects/not-removed` */
  markPurging(name: string, write: Omit<ProjectWrite, 'ifVersion'>): Promise<ProjectRecord>;
  /**
   * Deletes about `rowsMax` rows of a project that is being purged, and the project itself with the last of them. Batches keep
   * their number, and nothing else.
   * @returns false when nothing is left
   */
  purgeSome(name: string, options: { readonly rowsMax: number; readonly now: number }): Promise<boolean>;
  /** Removed or not. */
  getProjectRecord(name: string): Promise<ProjectRecord | undefined>;
  /** All of them by name, removed ones too. */
  listProjectRecords(): Promise<ProjectRecord[]>;
  /** Those that are not removed. */
  getProject(name: string): Promise<Project | undefined>;
  listProjects(): Promise<Project[]>;
}
