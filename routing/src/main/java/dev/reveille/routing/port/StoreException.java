package dev.reveille.routing.port;

/// Thrown when a store cannot be opened, read or written. The message names the file and what is
/// wrong with it, the remedy says what the operator can do.
public final class StoreException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final String remedy;

  public StoreException(final String message, final String remedy) {
    super(message + " " + remedy);
    this.remedy = remedy;
  }

  public StoreException(final String message, final String remedy, final Throwable cause) {
    super(message + " " + remedy, cause);
    this.remedy = remedy;
  }

  /// One sentence for the operator; also part of the message.
  public String remedy() {
    return remedy;
  }
}
