package dev.reveille.cli.check;

/// A mistake that a check found, or something worth knowing.
///
/// @param id its name for scripts, the same in every version
/// @param about an app, a service, an address
/// @param sentence what is the case
/// @param remedy what to do about it
public record Finding(Severity severity, String id, String about, String sentence, String remedy) {

  /// How serious a finding is.
  public enum Severity {
    /// Something does not work, or will not.
    ERROR,
    /// Worth knowing.
    NOTE
  }

  static Finding wrong(
      final String id, final String about, final String sentence, final String remedy) {
    return new Finding(Severity.ERROR, id, about, sentence, remedy);
  }

  static Finding note(
      final String id, final String about, final String sentence, final String remedy) {
    return new Finding(Severity.NOTE, id, about, sentence, remedy);
  }

  public boolean isWrong() {
    return severity == Severity.ERROR;
  }
}
