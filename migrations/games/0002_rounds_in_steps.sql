ALTER TABLE `rounds` ADD `actions` text DEFAULT '[]' NOT NULL;--> statement-breakpoint
ALTER TABLE `rounds` ADD `stakes` integer DEFAULT 1 NOT NULL;--> statement-breakpoint
ALTER TABLE `rounds` ADD `held` integer DEFAULT 0 NOT NULL;--> statement-breakpoint
ALTER TABLE `rounds` ADD `act_by` integer;