-- What was registered with the password alone.
UPDATE account SET self_registered = true WHERE email = 'hal@example.com';
UPDATE device SET vouched = false WHERE serial_key = 'AHU9';
