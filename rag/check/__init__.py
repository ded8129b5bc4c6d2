"""Any text → what each legal reference in it is worth on a day."""

from rag.check.checker import CheckedReference, Checker, CheckReport, report_to_dict

__all__ = ["CheckReport", "CheckedReference", "Checker", "report_to_dict"]
