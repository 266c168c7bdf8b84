package dev.reveille.cli.terminal;

/// Thrown when a command cannot do what it was asked to: one sentence, a remedy, and the exit code
/// for scripts.
public final class Failure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  /// Done.
  public static final int DONE = 0;

  /// The answer is no.
  public static final int NO = 1;

  /// The command was used wrongly.
  public static final int MISUSE = 2;

  /// Something that is needed is not there: a server, a file.
  public static final int MISSING = 69;

  private final int exitCode;
  private final String remedy;

  private Failure(final int exitCode, final String sentence, final String remedy) {
    super(sentence);
    this.exitCode = exitCode;
    this.remedy = remedy;
  }

  public static Failure no(final String sentence, final String remedy) {
    return new Failure(NO, sentence, remedy);
  }

  public static Failure misuse(final String sentence, final String remedy) {
    return new Failure(MISUSE, sentence, remedy);
  }

  public static Failure missing(final String sentence, final String remedy) {
    return new Failure(MISSING, sentence, remedy);
  }

  public int exitCode() {
    return exitCode;
  }

  /// What to do about it, "" when nothing is to be done.
  public String remedy() {
    return remedy;
  }

  /// As it is printed on the error stream.
  public String text() {
    return "reveille: "
        + TerminalEscaping.line(String.valueOf(getMessage()))
        + (remedy.isEmpty() ? "" : "\n  " + TerminalEscaping.line(remedy));
  }
}
