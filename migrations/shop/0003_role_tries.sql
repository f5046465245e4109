ALTER TABLE `effects` ADD `place` text;--> statement-breakpoint
ALTER TABLE `effects` ADD `tries` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `effects` ADD `due_at` integer;--> statement-breakpoint
CREATE INDEX `effects_due` ON `effects` (`due_at`) WHERE due_at IS NOT NULL;