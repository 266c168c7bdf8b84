package dev.reveille.protocols.notificationhubs.template;

/// Thrown for a template, or for properties, that cannot be read. The message says what is wrong
/// and where.
///
/// Carries no stack trace: it is an answer to a caller, who may cause any number.
public final class TemplateRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  TemplateRefused(final String complaint) {
    super(complaint, null, false, false);
  }

  public String complaint() {
    return String.valueOf(getMessage());
  }
}
