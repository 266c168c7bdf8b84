package dev.reveille.model;

/// The operating system of a device, as far as routing cares.
public enum Platform {
  IOS("ios"),
  ANDROID("android"),
  WINDOWS("windows"),
  WINDOWS_PHONE("windows-phone"),
  BROWSER("browser"),
  OTHER("other");

  private final String word;

  Platform(final String word) {
    this.word = word;
  }

  public String word() {
    return word;
  }
}
