ALTER TABLE `currencies` ADD `cap` integer;--> statement-breakpoint
ALTER TABLE `currencies` ADD `used_at` integer;--> statement-breakpoint
ALTER TABLE `entries` ADD `held_change` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `entries` ADD `held_after` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `transactions` ADD `seq` integer;