package dev.reveille.simulators.service;

import java.util.ArrayList;
import java.util.List;

/// The HTTP answer of a simulated service.
///
/// @param word the verdict in one word, for records and counters; not sent
/// @param headers without `Content-Length`, which is always added
/// @param body text, or ""
public record ServiceAnswer(int status, String word, List<HeaderLine> headers, String body) {
  private static final int FIRST_REFUSAL = 400;

  public ServiceAnswer {
    headers = List.copyOf(headers);
  }

  public static ServiceAnswer of(final int status, final String word) {
    return new ServiceAnswer(status, word, List.of(), "");
  }

  public static ServiceAnswer json(final int status, final String word, final String body) {
    return of(status, word).with("Content-Type", "application/json; charset=utf-8").saying(body);
  }

  public boolean isRefusal() {
    return status >= FIRST_REFUSAL;
  }

  public ServiceAnswer with(final String name, final String value) {
    final var more = new ArrayList<>(headers);
    more.add(new HeaderLine(name, value));
    return new ServiceAnswer(status, word, more, body);
  }

  /// @param seconds for `Retry-After`; 0 for no such header
  public ServiceAnswer after(final int seconds) {
    return seconds > 0 ? with("Retry-After", Integer.toString(seconds)) : this;
  }

  public ServiceAnswer saying(final String text) {
    return new ServiceAnswer(status, word, headers, text);
  }
}
