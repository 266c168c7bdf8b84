package dev.reveille.model;

/// Thrown for a text that is no tag expression. The message says where, what is wrong and what to
/// write.
///
/// Carries no stack trace: it is an answer to a caller, who may cause any number.
public final class TagSyntaxException extends IllegalArgumentException {
  private static final long serialVersionUID = 1L;

  private final int position;

  TagSyntaxException(final int position, final String complaint, final String remedy) {
    super("tag expression, character " + position + ": " + complaint + "; " + remedy);
    this.position = position;
  }

  /// The place of the character that is wrong; the first is 1, the end one more than the last.
  public int position() {
    return position;
  }

  /// Its message.
  public String complaint() {
    return String.valueOf(getMessage());
  }

  @Override
  public synchronized Throwable fillInStackTrace() {
    return this;
  }
}
