package dev.reveille.cli.phone;

/// The single keys of the phone in the terminal: the first letters of the words that may be typed
/// as a line.
final class KeyBindings {
  static final String HELP =
      "f foreground, b background, l lock, s sleep, a answer, d decline, D decline here, h hang up,"
          + " r read, ? help, q quit";

  /// Ctrl-D: the input's end, as people type it.
  private static final int END = 4;

  private KeyBindings() {}

  /// The line that a key stands for; "" for one that stands for nothing.
  static String line(final int key) {
    return switch (key) {
      case 'f', 'b', 'l', 's', 'a', 'd', 'h', 'r', 'q', '?' -> Character.toString(key);
      case 'D' -> "decline here";
      case ' ' -> "status";
      case END -> "q";
      default -> "";
    };
  }
}
