package dev.reveille.protocols.notificationhubs;

/// The reason of a refusal, in the terms of Azure Notification Hubs.
///
/// @param status of HTTP
/// @param subCode the five digits that operators search for, at the beginning of the text; its
///   first three are the status
/// @param detail a sentence without its full stop; on one line, of bounded length, without secrets
public record HubProblem(int status, int subCode, String detail) {
  private static final int LONGEST = 400;
  private static final int SUB_CODES = 100;

  public HubProblem {
    if (subCode / SUB_CODES != status) {
      throw new IllegalArgumentException(
          "sub-code " + subCode + " must begin with the status " + status);
    }
    detail = plain(detail);
  }

  /// Where a status says all: its general sub-code.
  static HubProblem of(final int status, final String detail) {
    return new HubProblem(status, status * SUB_CODES, detail);
  }

  /// Status 400: body, headers, tags or expression are not what is taken.
  public static HubProblem malformed(final String detail) {
    return new HubProblem(400, 40_000, detail);
  }

  /// Status 413: there is more than is taken.
  public static HubProblem tooLarge(final String detail) {
    return new HubProblem(413, 41_300, detail);
  }

  /// What a caller wrote may be quoted in it.
  private static String plain(final String detail) {
    final var plain = new StringBuilder(Math.min(detail.length(), LONGEST) + 1);
    for (int i = 0; i < detail.length() && plain.length() < LONGEST; i++) {
      final char c = detail.charAt(i);
      plain.append(Character.isISOControl(c) || Character.isSurrogate(c) ? '?' : c);
    }
    return detail.length() > LONGEST ? plain.append('…').toString() : plain.toString();
  }
}
