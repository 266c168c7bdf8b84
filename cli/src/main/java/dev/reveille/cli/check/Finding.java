package dev.reveille.cli.check;

/// A mistake that a check found, or something worth knowing.
///
/// @param mistake its name for scripts, the same in every version
/// @param about an app, a service, an address
/// @param sentence what is the case
/// @param remedy what to do about it
public record Finding(Weight weight, String mistake, String about, String sentence, String remedy) {

  /// How much it matters.
  public enum Weight {
    /// Something does not work, or will not.
    WRONG,
    /// Worth knowing.
    NOTE
  }

  static Finding wrong(
      final String mistake, final String about, final String sentence, final String remedy) {
    return new Finding(Weight.WRONG, mistake, about, sentence, remedy);
  }

  static Finding note(
      final String mistake, final String about, final String sentence, final String remedy) {
    return new Finding(Weight.NOTE, mistake, about, sentence, remedy);
  }

  public boolean isWrong() {
    return weight == Weight.WRONG;
  }
}
