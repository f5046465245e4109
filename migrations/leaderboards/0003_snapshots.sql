CREATE TABLE `board_snapshots` (
	`season_id` text NOT NULL,
	`day` text NOT NULL,
	`board_id` text NOT NULL,
	`project_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	`total` integer NOT NULL,
	`entries` text NOT NULL,
	PRIMARY KEY(`season_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `board_snapshots_by_day` ON `board_snapshots` (`day`);--> statement-breakpoint
CREATE TABLE `snapshot_archives` (
	`season_id` text NOT NULL,
	`day` text NOT NULL,
	`board_id` text NOT NULL,
	`taken_at` integer NOT NULL,
	`status` text NOT NULL,
	`upload_id` text,
	`parts` text NOT NULL,
	`position` text,
	`lines` integer NOT NULL,
	`failures` integer NOT NULL,
	PRIMARY KEY(`season_id`, `day`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `snapshot_archives_pending` ON `snapshot_archives` (`failures`,`day`) WHERE status = 'pending';--> statement-breakpoint
CREATE TABLE `snapshot_runs` (
	`day` text PRIMARY KEY NOT NULL,
	`after_season_id` text NOT NULL,
	`pass` integer NOT NULL,
	`failures` integer NOT NULL,
	`finished_at` integer
);
