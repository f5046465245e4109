CREATE TABLE `audit_outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`note` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `boards` (
	`id` text PRIMARY KEY NOT NULL,
	`project_id` text NOT NULL,
	`slug` text NOT NULL,
	`name` text NOT NULL,
	`keys` text NOT NULL,
	`operator` text NOT NULL,
	`tie_policy` text NOT NULL,
	`score_min` real,
	`score_max` real,
	`attempts_max` integer,
	`authoritative` integer NOT NULL,
	`public` integer NOT NULL,
	`cron` text,
	`time_zone` text,
	`seasons_kept_days` integer,
	`rewards` text NOT NULL,
	`game_id` text,
	`version` integer NOT NULL,
	`created_at` integer NOT NULL,
	`updated_at` integer NOT NULL,
	`locked_at` integer,
	`deleted_at` integer
);
--> statement-breakpoint
CREATE UNIQUE INDEX `boards_by_slug` ON `boards` (`project_id`,`slug`) WHERE deleted_at IS NULL;--> statement-breakpoint
CREATE INDEX `boards_by_project` ON `boards` (`project_id`,`id`);--> statement-breakpoint
CREATE INDEX `boards_deleted` ON `boards` (`deleted_at`) WHERE deleted_at IS NOT NULL;--> statement-breakpoint
CREATE TABLE `idempotency` (
	`project_id` text NOT NULL,
	`actor_id` text NOT NULL,
	`key` text NOT NULL,
	`request_hash` text NOT NULL,
	`answer` text NOT NULL,
	`created_at` integer NOT NULL,
	PRIMARY KEY(`project_id`, `actor_id`, `key`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE TABLE `outbox` (
	`sequence` integer PRIMARY KEY AUTOINCREMENT NOT NULL,
	`project_id` text NOT NULL,
	`event` text NOT NULL
);
--> statement-breakpoint
CREATE TABLE `season_rewards` (
	`season_id` text NOT NULL,
	`place` integer NOT NULL,
	`project_id` text NOT NULL,
	`user_id` text NOT NULL,
	`rank` integer NOT NULL,
	`currency` text NOT NULL,
	`amount` integer NOT NULL,
	`status` text NOT NULL,
	`refusal` text,
	`paid_at` integer,
	PRIMARY KEY(`season_id`, `place`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE INDEX `season_rewards_pending` ON `season_rewards` (`season_id`,`place`) WHERE status = 'pending';--> statement-breakpoint
CREATE TABLE `seasons` (
	`board_id` text NOT NULL,
	`number` integer NOT NULL,
	`id` text NOT NULL,
	`project_id` text NOT NULL,
	`starts_at` integer NOT NULL,
	`ends_at` integer,
	`status` text NOT NULL,
	`closed_at` integer,
	`total` integer,
	`digest` text,
	`rewards` text,
	`listed_to` text,
	`expires_at` integer,
	PRIMARY KEY(`board_id`, `number`)
) WITHOUT ROWID;
--> statement-breakpoint
CREATE UNIQUE INDEX `seasons_by_id` ON `seasons` (`id`);--> statement-breakpoint
CREATE INDEX `seasons_open` ON `seasons` (`ends_at`) WHERE status = 'open';--> statement-breakpoint
CREATE INDEX `seasons_unpaid` ON `seasons` (`closed_at`) WHERE status IN ('listing', 'paying');--> statement-breakpoint
CREATE INDEX `seasons_expiring` ON `seasons` (`expires_at`) WHERE status = 'closed';