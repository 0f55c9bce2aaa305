"""The schema together with the documents that this process lets clients ask by name."""

import structlog

import schema
from schema import Schema
from server.settings import Settings, Unsettled

log = structlog.get_logger("server.documents")


def informed(settings: Settings) -> Schema:
    """The schema, its documents learnt. Raises Unsettled where only these run and one cannot."""
    built = schema.build()
    faults = schema.learn(built, settings.documents_file, settings.documents == "trusted").faults
    if faults and settings.documents == "trusted":
        raise Unsettled([f"SPAREKEY_DOCUMENTS: {fault}" for fault in faults])
    for fault in faults:
        log.warning("document left out", fault=fault)
    return built


def check(settings: Settings) -> None:
    """Raises Unsettled where only the documents run and one of them cannot."""
    if settings.documents == "trusted":
        informed(settings)


def count(settings: Settings) -> int:
    """How many documents can be asked by name. Raises Unsettled where one cannot."""
    learnt = schema.learn(schema.build(), settings.documents_file, only=False)
    if learnt.faults:
        raise Unsettled([*learnt.faults])
    return len(learnt.texts)
