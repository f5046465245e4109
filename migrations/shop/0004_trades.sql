CREATE TABLE `piece_holds` (
	`project_id` text NOT NULL,
	`id` text NOT NULL,
	`state` text NOT NULL,
	`pieces` text NOT NULL,
	`created_at` integer NOT NULL,
	`ended_at` integer,
	PRIMARY KEY(`project_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
ALTER TABLE `inventory` ADD `held` integer DEFAULT 0 NOT NULL;