CREATE TABLE `game_bindings` (
	`board_id` text NOT NULL,
	`id` text NOT NULL,
	`project_id` text NOT NULL,
	`game_id` text NOT NULL,
	`measure` text NOT NULL,
	`currency` text,
	`operator` text,
	`counted` integer NOT NULL,
	`failures` integer NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`board_id`, `id`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `game_bindings_by_project` ON `game_bindings` (`project_id`,`id`);--> statement-breakpoint
CREATE TABLE `game_refusals` (
	`board_id` text NOT NULL,
	`sequence` integer NOT NULL,
	`binding_id` text NOT NULL,
	`event_id` text NOT NULL,
	`reason` text NOT NULL,
	`at` integer NOT NULL,
	PRIMARY KEY(`board_id`, `sequence`, `binding_id`)
) WITHOUT ROWID;
