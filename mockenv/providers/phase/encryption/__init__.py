"""Phase's end-to-end encryption: the routes of its CLI and SDKs, over the same secrets; the other operations know nothing of it."""
