package dev.reveille.acceptance.stories;

/// Opens a [Theatre] for a field of a story, where no exception can be declared.
final class Theatres {
  private Theatres() {}

  static Theatre open() {
    try {
      return new Theatre();
    } catch (final Exception e) {
      throw new IllegalStateException("the server did not start", e);
    }
  }

  /// With push switched on.
  static Theatre withPush() {
    final var theatre = open();
    try {
      theatre.switchPush(true);
      return theatre;
    } catch (final Exception e) {
      end(theatre, e);
      throw new IllegalStateException("push could not be switched on", e);
    }
  }

  private static void end(final Theatre theatre, final Exception why) {
    try {
      theatre.close();
    } catch (final Exception e) {
      why.addSuppressed(e);
    }
  }
}
