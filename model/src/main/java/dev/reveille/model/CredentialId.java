package dev.reveille.model;

import java.util.regex.Pattern;

/// Names one of the credentials that an app has for a push service: 1 to 64 letters, digits, `.`,
/// `_` and `-`. The one that is kept without a name is [#DEFAULT].
public record CredentialId(String value) {
  private static final Pattern FORM = Pattern.compile("[A-Za-z0-9._-]{1,64}");

  /// The credential of apps that have one only, and the last resort of those that have more.
  public static final CredentialId DEFAULT = new CredentialId("default");

  public CredentialId {
    if (!FORM.matcher(value).matches()) {
      throw new IllegalArgumentException(
          "a credential's id has 1 to 64 letters, digits, dots, hyphens and underscores");
    }
  }

  public boolean isDefault() {
    return equals(DEFAULT);
  }

  @Override
  public String toString() {
    return value;
  }
}
