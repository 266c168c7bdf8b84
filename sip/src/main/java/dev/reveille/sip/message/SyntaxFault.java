package dev.reveille.sip.message;

/// Ends the reading of a field that breaks the grammar. It never leaves this package: at the border
/// it becomes a value. It has no stack trace, because peers decide how often it happens.
final class SyntaxFault extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final WireFault fault;

  SyntaxFault(final WireFault fault) {
    super(fault.sentence(), null, /* enableSuppression= */ false, /* writableStackTrace= */ false);
    this.fault = fault;
  }

  WireFault fault() {
    return fault;
  }
}
