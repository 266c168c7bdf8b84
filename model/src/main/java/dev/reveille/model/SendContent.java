package dev.reveille.model;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/// The content of a [Send]: neutral words that each push service gets in its form, a native push of
/// one service, or properties for the targets' own templates. Content: never in logs, metrics or
/// the trail.
public sealed interface SendContent {
  /// Something to show, or to wake an app with, in our own words; each push service gets its form.
  ///
  /// @param as [EventClass#ALERT] or [EventClass#SILENT]
  /// @param collapse folds repeats on the device, "" when nothing folds
  record Neutral(EventClass as, String type, String collapse, Content content)
      implements SendContent {
    public Neutral {
      if (as != EventClass.ALERT && as != EventClass.SILENT) {
        throw new IllegalArgumentException(
            "a send is alert or silent, and not of the class " + as.word());
      }
    }
  }

  /// A push as its caller wrote it, in the form of one push service. It goes out as given; what the
  /// service demands and the caller left out is added. Addresses of other services get nothing.
  ///
  /// @param headers for the request to the service, by their names in lower case; such as
  ///   `apns-priority`
  /// @param body the request's body, at most [#LARGEST_BODY] bytes
  /// @param format in which of the service's forms the caller wrote it, by the word under which
  ///   that is counted; "" for the usual one. The body is in the usual one, whatever it says
  record Native(PushService service, Map<String, String> headers, Bytes body, String format)
      implements SendContent {
    /// More than any service takes.
    public static final int LARGEST_BODY = 65_536;

    private static final int MOST_HEADERS = 64;
    private static final int LONGEST_HEADER = 1_024;

    public Native {
      if (body.length() > LARGEST_BODY) {
        throw new IllegalArgumentException(
            "a push of " + body.length() + " bytes is larger than " + LARGEST_BODY);
      }
      if (headers.size() > MOST_HEADERS) {
        throw new IllegalArgumentException("a push has at most " + MOST_HEADERS + " headers");
      }
      if (!format.chars().allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9')) {
        throw new IllegalArgumentException("not the word of a format: " + format);
      }
      headers.forEach(Native::check);
      final SortedMap<String, String> sorted = new TreeMap<>(headers);
      headers = Collections.unmodifiableMap(sorted);
    }

    /// In the service's usual form.
    public Native(final PushService service, final Map<String, String> headers, final Bytes body) {
      this(service, headers, body, "");
    }

    /// The same as its caller wrote it in another form.
    public Native in(final String written) {
      return new Native(service, headers, body, written);
    }

    private static void check(final String name, final String value) {
      final boolean wellNamed =
          !name.isEmpty()
              && name.chars()
                  .allMatch(c -> c >= 'a' && c <= 'z' || c >= '0' && c <= '9' || c == '-');
      if (!wellNamed) {
        throw new IllegalArgumentException("not the name of a header in lower case: " + name);
      }
      final boolean wellFormed =
          !value.isEmpty()
              && value.length() <= LONGEST_HEADER
              && value.equals(value.strip())
              && value.chars().allMatch(c -> c >= ' ' && c <= '~');
      if (!wellFormed) {
        throw new IllegalArgumentException(
            "the header "
                + name
                + " is not 1 to "
                + LONGEST_HEADER
                + " characters of printable ASCII without a space at its ends");
      }
    }

    @Override
    public String toString() {
      return "Native[" + service.word() + ", " + body + "]";
    }
  }

  /// Values that each target inserts into a template of its own. Targets without one get nothing.
  ///
  /// @param properties by their names, in the order in which they came; names and values have
  ///   together at most [#LARGEST] characters
  record Template(Map<String, String> properties) implements SendContent {
    public static final int LARGEST = 65_536;

    public Template {
      properties = Collections.unmodifiableMap(new LinkedHashMap<>(properties));
      final int size = SendContent.size(properties);
      if (size > LARGEST) {
        throw new IllegalArgumentException(
            "the properties have " + size + " characters, more than " + LARGEST);
      }
    }

    /// Of names and values, in characters.
    public int size() {
      return SendContent.size(properties);
    }

    @Override
    public String toString() {
      return "Template[" + properties.size() + " properties]";
    }
  }

  /// A push that a partner made for one of its devices, in neutral words; the push service's form
  /// is made here. What the fields mean says `dev.reveille.routing.port.RelayedPush`.
  ///
  /// @param fields by their names; names and values have together at most [#LARGEST] characters
  record Relayed(Map<String, String> fields) implements SendContent {
    public static final int LARGEST = 8_192;

    public Relayed {
      fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
      final int size = SendContent.size(fields);
      if (size > LARGEST) {
        throw new IllegalArgumentException(
            "the push has " + size + " characters, more than " + LARGEST);
      }
    }

    /// Of names and values, in characters.
    public int size() {
      return SendContent.size(fields);
    }

    @Override
    public String toString() {
      return "Relayed[" + fields.size() + " fields]";
    }
  }

  private static int size(final Map<String, String> texts) {
    return texts.entrySet().stream()
        .mapToInt(one -> one.getKey().length() + one.getValue().length())
        .sum();
  }
}
