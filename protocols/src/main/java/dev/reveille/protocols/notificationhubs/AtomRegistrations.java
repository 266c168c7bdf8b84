package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.HubRegistration.TemplateParts;
import dev.reveille.protocols.xml.XmlElement;
import dev.reveille.protocols.xml.XmlOut;
import dev.reveille.protocols.xml.XmlRefused;
import java.nio.charset.StandardCharsets;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Arrays;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Function;

/// Reads and writes registrations as Atom entries and feeds. Pure functions, thread-safe.
public final class AtomRegistrations {
  private static final int MOST_VARIABLES = 100;
  private static final int MOST_HEADERS = 32;
  private static final int LONGEST_ID = 256;
  private static final int LONGEST_E_TAG = 128;

  /// Without a zone, in UTC, as the service writes it.
  private static final DateTimeFormatter EXPIRATION =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss.SSS").withZone(ZoneOffset.UTC);

  private AtomRegistrations() {}

  /// Reads the entry of a request or an answer. Elements that are not known are passed over; a
  /// known one that is there twice is refused.
  ///
  /// @throws HubRefused with status 400
  public static HubRegistration read(final byte[] body) {
    return AtomFrame.read(body, AtomRegistrations::registration);
  }

  /// Reads a line of a file, as [#line] writes it; an entry is taken, too.
  ///
  /// @throws HubRefused with status 400
  static HubRegistration readLine(final byte[] line) {
    return AtomFrame.readLine(line, AtomRegistrations::registration);
  }

  /// The id in a line of a file, whatever else stands there; "" when it has none.
  ///
  /// @throws HubRefused with status 400
  static String idIn(final byte[] line) {
    return AtomFrame.readLine(
        line,
        description -> {
          if (!description.name().endsWith(RegistrationKind.ENDING)) {
            throw new XmlRefused(description.name() + ": is no kind of registration");
          }
          return bounded(description, "RegistrationId", LONGEST_ID);
        });
  }

  /// A registration as one line of a file, without a line end: its description alone.
  static byte[] line(final HubRegistration registration) {
    final var xml = XmlOut.oneLine();
    description(xml, registration);
    return xml.bytes();
  }

  private static HubRegistration registration(final XmlElement description) {
    // .NET and an old client of JavaScript write the base type, and the kind as its attribute
    final var word =
        description.name().equals(RegistrationKind.ENDING)
            ? description.type()
            : description.name();
    final boolean withTemplate = word.endsWith(RegistrationKind.TEMPLATE + RegistrationKind.ENDING);
    final var kind =
        Arrays.stream(RegistrationKind.values())
            .filter(each -> each.element(withTemplate).equals(word))
            .findFirst()
            .orElseThrow(() ->
                new XmlRefused(
                    (word.isEmpty() ? description.name() : word)
                        + ": is no kind of registration; known are "
                        + String.join(
                            ", ",
                            Arrays.stream(RegistrationKind.values())
                                .map(each -> each.element(false))
                                .toList())
                        + ", each also with Template"));
    return new HubRegistration(
        kind,
        bounded(description, "RegistrationId", LONGEST_ID),
        unquoted(bounded(description, "ETag", LONGEST_E_TAG)),
        moment(description.textOf("ExpirationTime").strip()),
        HubTags.ofList(description.textOf("Tags")),
        variables(description.textOf("PushVariables")),
        handle(kind, description),
        withTemplate ? Optional.of(template(kind, description)) : Optional.empty());
  }

  private static String bounded(final XmlElement in, final String name, final int longest) {
    final var text = in.textOf(name).strip();
    if (text.length() > longest || text.chars().anyMatch(Character::isISOControl)) {
      throw new XmlRefused(
          name + ": must have at most " + longest + " characters and no control characters");
    }
    return text;
  }

  private static String unquoted(final String eTag) {
    final var strong = eTag.startsWith("W/") ? eTag.substring(2) : eTag;
    return strong.length() > 1 && strong.startsWith("\"") && strong.endsWith("\"")
        ? strong.substring(1, strong.length() - 1)
        : strong;
  }

  private static Optional<Instant> moment(final String text) {
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      final var read =
          DateTimeFormatter.ISO_DATE_TIME.parseBest(
              text, java.time.ZonedDateTime::from, LocalDateTime::from);
      return Optional.of(
          read instanceof final java.time.ZonedDateTime zoned
              ? zoned.toInstant()
              : LocalDateTime.from(read).toInstant(ZoneOffset.UTC));
    } catch (final DateTimeException _) {
      throw new XmlRefused("ExpirationTime: must be a moment like 2026-03-01T12:00:00.000");
    }
  }

  private static Map<String, String> variables(final String json) {
    if (json.isBlank()) {
      return Map.of();
    }
    try {
      final Map<String, String> variables = new HashMap<>();
      for (final var field : JsonBody.open(json.getBytes(StandardCharsets.UTF_8)).fields()) {
        if (!field.getValue().isTextual()) {
          throw Refusal.malformed(field.getKey(), "must be a text");
        }
        variables.put(field.getKey(), field.getValue().textValue());
      }
      if (variables.size() > MOST_VARIABLES) {
        throw Refusal.malformed("", "has more than " + MOST_VARIABLES + " variables");
      }
      return variables;
    } catch (final Refusal refusal) {
      throw new XmlRefused("PushVariables: " + refusal.detail());
    }
  }

  private static PnsHandle handle(final RegistrationKind kind, final XmlElement in) {
    final Function<Integer, String> part =
        at -> {
          final var name = kind.handle().get(at);
          final var text = in.textOf(name).strip();
          if (text.isEmpty()) {
            throw new XmlRefused(in.name() + ": must hold " + name);
          }
          return text;
        };
    try {
      return switch (kind) {
        case BROWSER -> new PnsHandle.Browser(part.apply(0), part.apply(1), part.apply(2));
        case BAIDU -> new PnsHandle.Baidu(part.apply(0), part.apply(1));
        case APPLE, FCM_V1, GCM, FCM, WINDOWS, MPNS, ADM, XIAOMI ->
            new PnsHandle.Single(part.apply(0));
      };
    } catch (final IllegalArgumentException bad) {
      throw new XmlRefused(kind.handle().getFirst() + ": " + bad.getMessage());
    }
  }

  private static TemplateParts template(final RegistrationKind kind, final XmlElement in) {
    final var body = in.textOf("BodyTemplate");
    if (body.isBlank()) {
      throw new XmlRefused(in.name() + ": must hold BodyTemplate");
    }
    final Map<String, String> headers = new TreeMap<>(String.CASE_INSENSITIVE_ORDER);
    final Map<String, String> inOrder = new LinkedHashMap<>();
    final var group =
        kind.headers().isEmpty()
            ? Optional.<XmlElement>empty()
            : in.child(kind.headers() + "Headers");
    for (final var header : group.map(XmlElement::children).orElse(List.of())) {
      if (header.name().equals(kind.headers() + "Header")) {
        final var name = header.textOf("Header").strip();
        final var value = header.textOf("Value").strip();
        if (name.isEmpty() || headers.putIfAbsent(name, value) != null) {
          throw new XmlRefused(group.get().name() + ": each header has a name of its own");
        }
        inOrder.put(name, value);
      }
    }
    if (inOrder.size() > MOST_HEADERS) {
      throw new XmlRefused(kind.headers() + "Headers: has more than " + MOST_HEADERS + " headers");
    }
    return new TemplateParts(
        body,
        bounded(in, "TemplateName", TemplateParts.LONGEST_NAME),
        in.textOf("Expiry").strip(),
        in.textOf("Priority").strip(),
        inOrder);
  }

  /// The entry that answers a request for one registration.
  public static byte[] entry(final AtomItem item, final HubRegistration registration) {
    return AtomFrame.entry(item, xml -> description(xml, registration));
  }

  /// A page of registrations.
  ///
  /// @param items makes what Atom says about each
  public static byte[] feed(
      final AtomItem head,
      final List<HubRegistration> registrations,
      final Function<HubRegistration, AtomItem> items) {
    return AtomFrame.feed(
        head,
        registrations,
        (xml, each) -> AtomFrame.entry(xml, items.apply(each), in -> description(in, each)));
  }

  /// In the order of .NET's data contract, whose reader loses what comes in another.
  private static void description(final XmlOut xml, final HubRegistration registration) {
    final var kind = registration.kind();
    AtomFrame.open(xml, kind.element(registration.template().isPresent()));
    xml.elementIfAny("ETag", registration.eTag());
    registration
        .expiresAt()
        .ifPresent(until -> xml.element("ExpirationTime", EXPIRATION.format(until)));
    xml.elementIfAny("RegistrationId", registration.id());
    xml.elementIfAny("Tags", HubTags.list(registration.tags()));
    if (!registration.pushVariables().isEmpty()) {
      xml.element("PushVariables", json(registration.pushVariables()));
    }
    switch (registration.handle()) {
      case PnsHandle.Single(final var value) -> handle(xml, kind, value);
      case PnsHandle.Browser(final var endpoint, final var p256dh, final var auth) ->
          handle(xml, kind, endpoint, p256dh, auth);
      case PnsHandle.Baidu(final var userId, final var channelId) ->
          handle(xml, kind, userId, channelId);
    }
    registration.template().ifPresent(template -> template(xml, kind, template));
    xml.end();
  }

  private static void handle(final XmlOut xml, final RegistrationKind kind, final String... parts) {
    for (int i = 0; i < parts.length; i++) {
      xml.element(kind.handle().get(i), parts[i]);
    }
  }

  private static void template(
      final XmlOut xml, final RegistrationKind kind, final TemplateParts template) {
    final boolean isApple = kind == RegistrationKind.APPLE;
    xml.start("BodyTemplate").cdata(template.body()).end();
    if (!isApple) {
      headers(xml, kind, template.headers());
    }
    xml.elementIfAny("Expiry", template.expiry());
    xml.elementIfAny("TemplateName", template.name());
    xml.elementIfAny("Priority", template.priority());
    if (isApple) {
      headers(xml, kind, template.headers());
    }
  }

  private static void headers(
      final XmlOut xml, final RegistrationKind kind, final Map<String, String> headers) {
    if (headers.isEmpty()) {
      return;
    }
    xml.start(kind.headers() + "Headers");
    headers.forEach((name, value) ->
        xml.start(kind.headers() + "Header").element("Header", name).element("Value", value).end());
    xml.end();
  }

  /// Sorted by name, so that the same variables are the same text.
  private static String json(final Map<String, String> variables) {
    return new String(
        JsonOut.object(out -> new TreeMap<>(variables).forEach(out::text)), StandardCharsets.UTF_8);
  }
}
