DELETE FROM audit_entry WHERE sequence = 1;
UPDATE audit_head SET pruned = 1, pruned_seal = '137515f2:e6266fc8d3e8017338eb33d6baa80a1a729c1b0342cd384ba3de08142c828d34', pruned_mark = '137515f2:bb699dfcb6f36025fc49ca16a55d01934248fc6d80941af59a91d2969bd3e883';
UPDATE recovery_ticket SET emptied = true, customer_message = NULL, contact_phone = NULL WHERE state = 'CANCELLED';
