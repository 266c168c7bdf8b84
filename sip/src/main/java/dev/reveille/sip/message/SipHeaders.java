package dev.reveille.sip.message;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The fields of a message in their order, as name and value. Names are compared without regard to
/// case, and a compact name is the long one. Never changes; [Builder] makes others.
public final class SipHeaders {
  /// No fields.
  public static final SipHeaders NONE = new SipHeaders(new String[0], 0);

  /// Name and value in turn; the values are bytes, one per char.
  private final String[] pairs;

  private final int size;

  private SipHeaders(final String[] pairs, final int size) {
    this.pairs = pairs;
    this.size = size;
  }

  public static Builder builder() {
    return new Builder(new String[32], 0);
  }

  /// A builder that begins with these fields.
  public Builder toBuilder() {
    return new Builder(Arrays.copyOf(pairs, Math.max(32, size + 8)), size);
  }

  /// How many fields there are; a list in one field counts once.
  public int size() {
    return size / 2;
  }

  /// The name of the field at this place.
  public String name(final int index) {
    return pairs[2 * index];
  }

  /// The value of the field at this place, as people read it.
  public String value(final int index) {
    return WireText.shown(pairs[2 * index + 1]);
  }

  String rawValue(final int index) {
    return pairs[2 * index + 1];
  }

  /// The first field of a name, as people read it.
  public Optional<String> first(final String name) {
    final var raw = raw(name);
    return raw == null ? Optional.empty() : Optional.of(WireText.shown(raw));
  }

  public boolean has(final String name) {
    return raw(name) != null;
  }

  /// How many fields have this name.
  public int count(final String name) {
    int count = 0;
    for (int i = 0; i < size; i += 2) {
      if (SipName.same(pairs[i], name)) {
        count++;
      }
    }
    return count;
  }

  /// The values of all fields of a name, each as it stands there: lists are not divided.
  public List<String> all(final String name) {
    final var values = new ArrayList<String>(2);
    for (int i = 0; i < size; i += 2) {
      if (SipName.same(pairs[i], name)) {
        values.add(WireText.shown(pairs[i + 1]));
      }
    }
    return values;
  }

  /// The elements of all lists of a name, in their order: `Supported: a, b` and `Supported: c` are
  /// three. Empty elements are left out.
  public List<String> list(final String name) {
    return rawList(name).stream().filter(one -> !one.isEmpty()).map(WireText::shown).toList();
  }

  /// The same as bytes, with the empty elements.
  List<String> rawList(final String name) {
    final var values = new ArrayList<String>(4);
    for (int i = 0; i < size; i += 2) {
      if (SipName.same(pairs[i], name)) {
        divide(pairs[i + 1], values);
      }
    }
    return values;
  }

  private static void divide(final String value, final List<String> into) {
    int from = 0;
    while (from <= value.length()) {
      final var to = Cursor.elementEnd(value, from);
      into.add(Cursor.trimmed(value, from, to));
      from = to + 1;
    }
  }

  /// The elements of Contact, Route, Record-Route, Path and their like.
  ///
  /// @return empty when one of them is malformed
  public Optional<List<NameAddress>> addresses(final String name) {
    final var found = new ArrayList<NameAddress>(2);
    try {
      for (final var one : rawList(name)) {
        found.add(NameAddress.read(one, WireFault.BAD_FIELD));
      }
    } catch (SyntaxFault _) {
      return Optional.empty();
    }
    return Optional.of(found);
  }

  /// All hops, the last one first.
  ///
  /// @return empty when one of them is malformed
  public Optional<List<Via>> vias() {
    final var found = new ArrayList<Via>(4);
    try {
      for (final var one : rawList(SipName.VIA)) {
        found.add(Via.read(one, WireFault.BAD_VIA));
      }
    } catch (SyntaxFault _) {
      return Optional.empty();
    }
    return Optional.of(found);
  }

  /// A field that is one number, such as Expires or Max-Forwards.
  ///
  /// @return empty when it is missing, no number, or more than 2^32 - 1
  public Optional<Long> number(final String name) {
    final var raw = raw(name);
    if (raw == null) {
      return Optional.empty();
    }
    try {
      final var cursor = new Cursor(raw, WireFault.BAD_FIELD);
      cursor.space();
      final var number = cursor.number(0xffff_ffffL);
      cursor.expectEnd();
      return Optional.of(number);
    } catch (SyntaxFault _) {
      return Optional.empty();
    }
  }

  /// The bytes of the first field of a name, or null.
  @Nullable String raw(final String name) {
    for (int i = 0; i < size; i += 2) {
      if (SipName.same(pairs[i], name)) {
        return pairs[i + 1];
      }
    }
    return null;
  }

  /// Names and values, a field a line, as people read them.
  @Override
  public String toString() {
    final var out = new StringBuilder();
    for (int i = 0; i < size(); i++) {
      out.append(name(i)).append(": ").append(value(i)).append("\r\n");
    }
    return out.toString();
  }

  /// Makes a collection of fields. For one thread.
  public static final class Builder {
    private String[] pairs;
    private int size;

    private Builder(final String[] pairs, final int size) {
      this.pairs = pairs;
      this.size = size;
    }

    /// Adds a field behind the others.
    ///
    /// @throws IllegalArgumentException when the name is no token, or the value has a line end
    public Builder add(final String name, final String value) {
      return addRaw(SipName.of(name), WireText.checkedValue(name, value));
    }

    /// Adds a field before the others, such as the Via of the next hop.
    public Builder addFirst(final String name, final String value) {
      final var checked = WireText.checkedValue(name, value);
      final var known = SipName.of(name);
      makeRoom();
      System.arraycopy(pairs, 0, pairs, 2, size);
      pairs[0] = known;
      pairs[1] = checked;
      size += 2;
      return this;
    }

    /// Removes the fields of this name, and adds one at the place of the first or behind all.
    public Builder set(final String name, final String value) {
      return setRaw(SipName.of(name), WireText.checkedValue(name, value));
    }

    /// The same for a known name and bytes that came over the wire.
    Builder setRaw(final String name, final String value) {
      for (int i = 0; i < size; i += 2) {
        if (SipName.same(pairs[i], name)) {
          final var kept = pairs[i];
          remove(name, i + 2);
          pairs[i] = kept;
          pairs[i + 1] = value;
          return this;
        }
      }
      return addRaw(name, value);
    }

    /// Removes all fields of this name.
    public Builder remove(final String name) {
      return remove(name, 0);
    }

    private Builder remove(final String name, final int from) {
      int to = from;
      for (int i = from; i < size; i += 2) {
        if (!SipName.same(pairs[i], name)) {
          pairs[to] = pairs[i];
          pairs[to + 1] = pairs[i + 1];
          to += 2;
        }
      }
      size = to;
      return this;
    }

    /// Removes the first element of the first list of this name, such as our own Via.
    public Builder removeFirst(final String name) {
      for (int i = 0; i < size; i += 2) {
        if (SipName.same(pairs[i], name)) {
          final var value = pairs[i + 1];
          final var end = Cursor.elementEnd(value, 0);
          if (end >= value.length()) {
            System.arraycopy(pairs, i + 2, pairs, i, size - i - 2);
            size -= 2;
          } else {
            pairs[i + 1] = Cursor.trimmed(value, end + 1, value.length());
          }
          return this;
        }
      }
      return this;
    }

    /// Replaces the first element of the first list of this name.
    Builder replaceFirst(final String name, final String element) {
      for (int i = 0; i < size; i += 2) {
        if (SipName.same(pairs[i], name)) {
          final var value = pairs[i + 1];
          pairs[i + 1] = element + value.substring(Cursor.elementEnd(value, 0));
          return this;
        }
      }
      return this;
    }

    /// Adds a known name and bytes that came over the wire.
    Builder addRaw(final String name, final String value) {
      makeRoom();
      pairs[size++] = name;
      pairs[size++] = value;
      return this;
    }

    private void makeRoom() {
      if (size == pairs.length) {
        pairs = Arrays.copyOf(pairs, size * 2);
      }
    }

    boolean has(final String name) {
      for (int i = 0; i < size; i += 2) {
        if (SipName.same(pairs[i], name)) {
          return true;
        }
      }
      return false;
    }

    int fields() {
      return size / 2;
    }

    /// What was added until now; the builder can go on.
    public SipHeaders build() {
      return new SipHeaders(Arrays.copyOf(pairs, size), size);
    }
  }
}
