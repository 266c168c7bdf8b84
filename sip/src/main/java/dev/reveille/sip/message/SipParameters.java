package dev.reveille.sip.message;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The parameters behind a header field's value (`;tag=1`) or a URI (`;lr`), in their order. Names
/// are compared without regard to case. Never changes.
public final class SipParameters {
  /// No parameters.
  public static final SipParameters NONE = new SipParameters(List.of());

  /// One of them.
  ///
  /// @param value as it is written, with its quotes or escapes; null for a name alone
  private record Parameter(String name, @Nullable String value) {}

  private final List<Parameter> all;

  private SipParameters(final List<Parameter> all) {
    this.all = all;
  }

  /// Reads `;name=value` until something else comes.
  static SipParameters read(final Cursor cursor) {
    List<Parameter> found = List.of();
    for (; ; ) {
      final var before = cursor.at();
      cursor.space();
      if (!cursor.take(';')) {
        cursor.to(before);
        return found.isEmpty() ? NONE : new SipParameters(found);
      }
      cursor.space();
      final var name = cursor.token();
      final var afterName = cursor.at();
      cursor.space();
      final String value;
      if (cursor.take('=')) {
        cursor.space();
        value = cursor.parameterValue();
        found = added(found, new Parameter(name, value));
      } else {
        cursor.to(afterName);
        found = added(found, new Parameter(name, null));
      }
    }
  }

  private static List<Parameter> added(final List<Parameter> before, final Parameter next) {
    final var after = before.isEmpty() ? new ArrayList<Parameter>(4) : before;
    after.add(next);
    return after;
  }

  /// Those of a URI: no white space, escapes in names and values.
  ///
  /// @param text from the first semicolon on
  static SipParameters readOfUri(final String text, final WireFault fault) {
    if (text.isEmpty()) {
      return NONE;
    }
    final var found = new ArrayList<Parameter>(4);
    int from = 1;
    while (from <= text.length()) {
      final var semicolon = text.indexOf(';', from);
      final var to = semicolon < 0 ? text.length() : semicolon;
      final var equals = text.indexOf('=', from);
      final var hasValue = equals >= 0 && equals < to;
      final var name = text.substring(from, hasValue ? equals : to);
      final var value = hasValue ? text.substring(equals + 1, to) : null;
      final var isGood =
          !name.isEmpty()
              && WireText.isUriParameter(name)
              && (value == null || !value.isEmpty() && WireText.isUriParameter(value));
      if (!isGood) {
        throw new SyntaxFault(fault);
      }
      found.add(new Parameter(name, value));
      from = to + 1;
    }
    return new SipParameters(found);
  }

  public boolean isEmpty() {
    return all.isEmpty();
  }

  /// Whether the parameter is there, with a value or without.
  public boolean has(final String name) {
    return find(name) != null;
  }

  /// What the parameter says, without quotes or escapes; empty when it is missing or has no value.
  public Optional<String> get(final String name) {
    final var value = raw(name);
    return value == null ? Optional.empty() : Optional.of(plain(value));
  }

  /// How often the parameter stands there.
  public int count(final String name) {
    return (int) all.stream().filter(one -> isCalled(one, name)).count();
  }

  /// Their names as they are written, in their order.
  public List<String> names() {
    return all.stream().map(Parameter::name).toList();
  }

  /// The value as it is written, or null.
  @Nullable String raw(final String name) {
    final var found = find(name);
    return found == null ? null : found.value();
  }

  private @Nullable Parameter find(final String name) {
    for (final var one : all) {
      if (isCalled(one, name)) {
        return one;
      }
    }
    return null;
  }

  private static boolean isCalled(final Parameter one, final String name) {
    return WireText.sameIgnoringCase(one.name(), name)
        || one.name().indexOf('%') >= 0
            && WireText.sameIgnoringCase(WireText.unescape(one.name()), name);
  }

  private static String plain(final String value) {
    final var unquoted = value.startsWith("\"") ? Cursor.unquoted(value) : value;
    return WireText.shown(unquoted == null ? value : unquoted);
  }

  /// These and one more behind them, which replaces those of its name; its value is written as it
  /// is.
  SipParameters with(final String name, final @Nullable String value) {
    final var after = new ArrayList<Parameter>(all.size() + 1);
    for (final var one : all) {
      if (!isCalled(one, name)) {
        after.add(one);
      }
    }
    after.add(new Parameter(name, value));
    return new SipParameters(after);
  }

  /// These without one name.
  SipParameters without(final String name) {
    final var after = all.stream().filter(one -> !isCalled(one, name)).toList();
    return after.size() == all.size() ? this : new SipParameters(after);
  }

  /// Writes them, each behind a semicolon.
  void write(final StringBuilder out) {
    for (final var one : all) {
      out.append(';').append(one.name());
      if (one.value() != null) {
        out.append('=').append(one.value());
      }
    }
  }

  @Override
  public boolean equals(final @Nullable Object other) {
    return other instanceof final SipParameters those && all.equals(those.all);
  }

  @Override
  public int hashCode() {
    return all.hashCode();
  }

  /// As they are written.
  @Override
  public String toString() {
    final var out = new StringBuilder();
    write(out);
    return out.toString();
  }
}
