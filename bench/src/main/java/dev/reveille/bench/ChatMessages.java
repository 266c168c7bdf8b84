package dev.reveille.bench;

import java.nio.charset.StandardCharsets;

/// Makes the events of the dispatch benches: chat messages of 318 bytes, each with its own id and
/// for one of the users. The text begins with that id, so that a push can be told from all others
/// by its content. They are made by patching digits, so that the generator costs next to nothing.
final class ChatMessages {
  private static final int SIZE = 318;
  private static final int DIGITS = 12;
  private static final int USER_DIGITS = 6;

  static final String TITLE = "Morning";

  private final byte[] template;
  private final int idAt;
  private final int userAt;
  private final int textAt;
  private final int users;
  private final String run;
  private final String rest;

  /// @param run makes the ids of one run differ from those of another
  ChatMessages(final String run, final int users) {
    final var head = "{\"source\":\"bench\",\"id\":\"" + run + "-";
    final var middle = "\",\"class\":\"message\",\"to\":[\"u";
    final var tail =
        "\"],\"conversation\":\"standup\",\"content\":{\"title\":\"" + TITLE + "\",\"text\":\"";
    final var end = "\"}}";
    final var text = new StringBuilder(head).append("0".repeat(DIGITS)).append(middle);
    this.idAt = head.length();
    this.userAt = text.length();
    text.append("0".repeat(USER_DIGITS)).append(tail);
    this.textAt = text.length() + run.length() + 1;
    this.run = run;
    text.append(run).append('-').append("0".repeat(DIGITS));
    this.rest = " " + "x".repeat(SIZE - 1 - text.length() - end.length());
    text.append(rest).append(end);
    this.template = text.toString().getBytes(StandardCharsets.US_ASCII);
    this.users = users;
  }

  static String user(final int number) {
    return "u" + String.format("%0" + USER_DIGITS + "d", number);
  }

  String run() {
    return run;
  }

  /// What one of them says.
  String text(final long number) {
    return "%s-%012d%s".formatted(run, number, rest);
  }

  byte[] next(final long number) {
    return to(number, userOf(number));
  }

  /// Which of the users [#next] is for.
  int userOf(final long number) {
    return (int) (number * 2_654_435_761L % users & Integer.MAX_VALUE) % users;
  }

  /// An event to this user.
  byte[] to(final long number, final int user) {
    final var event = template.clone();
    digits(event, idAt, DIGITS, number);
    digits(event, textAt, DIGITS, number);
    digits(event, userAt, USER_DIGITS, user);
    return event;
  }

  byte[] batch(final long first, final int size) {
    return batch(first, size, 0);
  }

  /// @param firstUser is added to the users' numbers
  byte[] batch(final long first, final int size, final int firstUser) {
    final var all = new byte[size * (SIZE + 1) + 1];
    all[0] = '[';
    for (int i = 0; i < size; i++) {
      final var event = to(first + i, firstUser + userOf(first + i));
      System.arraycopy(event, 0, all, 1 + i * (SIZE + 1), SIZE);
      all[(i + 1) * (SIZE + 1)] = ',';
    }
    all[all.length - 1] = ']';
    return all;
  }

  private static void digits(final byte[] into, final int at, final int count, final long value) {
    long rest = value;
    for (int i = at + count - 1; i >= at; i--) {
      into[i] = (byte) ('0' + rest % 10);
      rest /= 10;
    }
  }
}
