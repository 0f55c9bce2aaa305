"""Traces by OpenTelemetry, where SPAREKEY_TRACING asks for them; else nothing here is imported."""
