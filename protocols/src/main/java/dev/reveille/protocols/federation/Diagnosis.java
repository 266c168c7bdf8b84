package dev.reveille.protocols.federation;

import dev.reveille.sip.message.SipRequest;
import dev.reveille.sip.message.SipResponse;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Why a federated request was refused, and by which server. Travels in the header field
/// `Push-Diagnostics`, whose grammar is that of `ms-diagnostics`:
/// `NUMBER;reason="…";source="HOST";name="value"`.
///
/// @param number of the cause; one of [DiagnosisCode] where it is ours
/// @param status of the answer
/// @param reason the sentence
/// @param source the host name of the server that found it
/// @param details names and values, such as `domain`; never a token, a secret or text of a message
public record Diagnosis(
    int number, int status, String reason, String source, Map<String, String> details) {
  /// The header field.
  public static final String FIELD = "Push-Diagnostics";

  private static final int LONGEST_VALUE = 250;
  private static final int MOST_DETAILS = 12;

  public Diagnosis {
    details = Collections.unmodifiableMap(new LinkedHashMap<>(details));
  }

  /// @param details name and value in turn
  public static Diagnosis of(
      final DiagnosisCode code, final String source, final String... details) {
    final var all = new LinkedHashMap<String, String>();
    for (int i = 0; i + 1 < details.length; i += 2) {
      all.put(details[i], details[i + 1]);
    }
    return new Diagnosis(code.number(), code.status(), code.sentence(), source, all);
  }

  /// The same with one more detail.
  Diagnosis with(final String name, final String value) {
    final var more = new LinkedHashMap<>(details);
    more.put(name, value);
    return new Diagnosis(number, status, reason, source, more);
  }

  /// Says that the way to partners is not open yet, or not any more.
  public static Diagnosis notOpen(final String source) {
    return of(DiagnosisCode.EDGE_AWAY, source);
  }

  /// The cause, where it is one of ours.
  public Optional<DiagnosisCode> code() {
    for (final var one : DiagnosisCode.values()) {
      if (one.number() == number) {
        return Optional.of(one);
      }
    }
    return Optional.empty();
  }

  /// The answer to a request that says so.
  public SipResponse answer(final SipRequest request) {
    return SipResponse.to(request, status).add(FIELD, toString()).build();
  }

  /// The same with one more field.
  public SipResponse answer(final SipRequest request, final String field, final String value) {
    return SipResponse.to(request, status).add(FIELD, toString()).add(field, value).build();
  }

  /// What the answer of another server says; empty when it says nothing that can be read.
  public static Optional<Diagnosis> in(final SipResponse response) {
    final var field = response.headers().first(FIELD);
    if (field.isEmpty()) {
      return Optional.empty();
    }
    final var text = field.get();
    final int end = text.indexOf(';');
    final var number = end < 0 ? text : text.substring(0, end);
    if (!number.matches("[0-9]{1,6}")) {
      return Optional.empty();
    }
    final var parameters = parameters(end < 0 ? "" : text.substring(end + 1));
    final var reason = parameters.remove("reason");
    final var source = parameters.remove("source");
    return Optional.of(
        new Diagnosis(
            Integer.parseInt(number),
            response.status(),
            reason == null ? response.phrase() : reason,
            source == null ? "" : source,
            parameters));
  }

  /// Parameters of the form `name="value"`; what is malformed ends the reading.
  private static Map<String, String> parameters(final String text) {
    final var all = new LinkedHashMap<String, String>();
    int at = 0;
    while (at < text.length() && all.size() < MOST_DETAILS) {
      final int equals = text.indexOf("=\"", at);
      final int end = equals < 0 ? -1 : closing(text, equals + 2);
      if (end < 0) {
        break;
      }
      final var name = text.substring(at, equals).strip();
      if (!name.matches("[A-Za-z0-9-]{1,40}")) {
        break;
      }
      all.put(name, cut(text.substring(equals + 2, end).replaceAll("\\\\(.)", "$1")));
      at = end + 1;
      while (at < text.length() && (text.charAt(at) == ';' || text.charAt(at) == ' ')) {
        at++;
      }
    }
    return all;
  }

  private static int closing(final String text, final int from) {
    for (int i = from; i < text.length(); i++) {
      if (text.charAt(i) == '\\') {
        i++;
      } else if (text.charAt(i) == '"') {
        return i;
      }
    }
    return -1;
  }

  private static String cut(final String value) {
    return value.length() <= LONGEST_VALUE ? value : value.substring(0, LONGEST_VALUE);
  }

  private static String quoted(final String value) {
    final var plain = new StringBuilder("\"");
    cut(value)
        .chars()
        .map(c -> c < ' ' || c == 0x7f ? ' ' : c)
        .forEach(c -> {
          if (c == '"' || c == '\\') {
            plain.append('\\');
          }
          plain.append((char) c);
        });
    return plain.append('"').toString();
  }

  /// The value of the header field.
  @Override
  public String toString() {
    final var text = new StringBuilder().append(number);
    text.append(";reason=").append(quoted(reason)).append(";source=").append(quoted(source));
    details.forEach(
        (name, value) -> text.append(';').append(name).append('=').append(quoted(value)));
    return text.toString();
  }
}
