package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.AppId;
import dev.reveille.model.Bytes;
import dev.reveille.model.PushService;
import dev.reveille.model.Reason;
import dev.reveille.protocols.notificationhubs.template.Rendering;
import dev.reveille.protocols.notificationhubs.template.TemplateBody;
import dev.reveille.protocols.notificationhubs.template.TemplateProperties;
import dev.reveille.protocols.notificationhubs.template.TemplateRefused;
import dev.reveille.protocols.notificationhubs.template.TemplateText;
import dev.reveille.routing.port.HubRegistrations.Target;
import dev.reveille.routing.port.Rendered;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.format.DateTimeFormatter;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Renders the templates of a send's targets with the send's properties. A template that cannot be
/// rendered fails for its own target only.
///
/// Devices of an app mostly have the same template: results are cached within a limit for as long
/// as this object lives. Belongs to one thread.
final class TemplateRendering {
  private static final Logger LOG = LoggerFactory.getLogger(TemplateRendering.class);
  private static final int LONGEST_DETAIL = 300;

  /// Of all headers of a push together with their names, in characters.
  private static final int LARGEST_HEADERS = 4_096;

  private static final int LONGEST_EXPIRY = 100;

  /// For a page of an audience.
  static final int ROOM_OF_PAGE = 256 * 1_024;

  /// So many times as much room is for what was made of templates as for what was read of them.
  private static final int MADE = 4;

  /// About what one that was made costs beside its template and its body, in bytes.
  private static final int EACH = 256;

  /// As JavaScript shows a date, which Azure's SDK sends so; the zone's name behind it is left out.
  private static final DateTimeFormatter OF_SCRIPTS =
      DateTimeFormatter.ofPattern("EEE MMM dd uuuu HH:mm:ss 'GMT'xx", Locale.ENGLISH);

  private final Map<String, String> properties;
  private final Instant from;
  private final Function<AppId, String> bundles;
  private final Map<AppId, String> bundlesKnown = new HashMap<>();
  private final RecentlyUsed<String, TemplateBody> bodies;
  private final RecentlyUsed<Source, Rendered> made;

  /// Targets of which nothing but the address may differ.
  private record Source(String target, Bytes template, PushService service, AppId app) {}

  /// @param properties of the send
  /// @param from when the send leaves
  /// @param bundles the topic of an app's iPhones; "" when it has none
  /// @param room for templates that are remembered after they were read, in characters: what was
  ///   read of one takes many times its length
  TemplateRendering(
      final Map<String, String> properties,
      final Instant from,
      final Function<AppId, String> bundles,
      final int room) {
    this.properties = properties;
    this.from = from;
    this.bundles = bundles;
    this.bodies = new RecentlyUsed<>(room);
    this.made = new RecentlyUsed<>((long) MADE * room);
  }

  /// @param target one with a template
  Rendered of(final Target target) {
    final var address = target.address();
    final var template = target.template().orElseThrow();
    return made.get(
        new Source(target.name(), template, address.service(), address.app()),
        this::render,
        rendered -> EACH + template.length() + size(rendered));
  }

  private static int size(final Rendered rendered) {
    return switch (rendered) {
      case Rendered.Push push -> push.content().body().length();
      case Rendered.Failed failed -> failed.detail().length();
    };
  }

  private Rendered render(final Source source) {
    final TargetTemplate template;
    try {
      template = TargetTemplate.of(source.template());
    } catch (final RuntimeException unreadable) {
      return new Rendered.Failed(source.target(), Reason.TEMPLATE_UNFIT, "it cannot be read");
    }
    final var name = template.name().isEmpty() ? source.target() : template.name();
    try {
      return render(source, template, name);
    } catch (final TemplateRefused refused) {
      return unfit(template, name, shortened(refused.complaint()));
    } catch (final HubRefused refused) {
      return unfit(template, name, shortened(refused.problem().detail()));
    } catch (final RuntimeException | StackOverflowError fault) { // the others of the page go on
      LOG.error("the template {} of {} could not be rendered", name, source.app(), fault);
      return unfit(template, name, "it cannot be rendered");
    }
  }

  private static Rendered unfit(
      final TargetTemplate template, final String name, final String detail) {
    return new Rendered.Failed(name, Reason.TEMPLATE_UNFIT, detail, format(template));
  }

  /// Under which its target is counted; "" where no platform was kept of it.
  private static String format(final TargetTemplate template) {
    return template.platform().map(HubTargets::format).orElse("");
  }

  private Rendered render(final Source source, final TargetTemplate template, final String name) {
    final var filled = TemplateProperties.of(properties, template.variables());
    final int most = largest(source.service());
    final var body =
        bodies
            .get(template.body(), TemplateBody::parse, _ -> template.body().length())
            .render(filled);
    if (body.isEmpty() || body.get().length > most) {
      final var size =
          body.map(bytes -> Integer.toString(bytes.length))
              .orElse("more than " + TemplateBody.LARGEST_RESULT);
      return new Rendered.Failed(
          name, Reason.PAYLOAD_TOO_LARGE, size + " bytes; at most " + most, format(template));
    }
    final var platform =
        template.platform().orElseGet(() -> platform(source.service(), body.get()));
    final var few = new Rendering(filled, LARGEST_HEADERS);
    final var headers = headers(platform, template, few);
    final var said = SendHeaders.ofTemplate(platform, headers, expiry(platform, template, few));
    final var bundle = bundlesKnown.computeIfAbsent(source.app(), bundles);
    final var content = NotificationContent.of(platform, said, body.get(), bundle, from);
    return new Rendered.Push(name, content.content(), content.until(), content.rings());
  }

  /// Of a template of which it was not kept.
  private static HubPlatform platform(final PushService service, final byte[] body) {
    return service == PushService.FCM && !NotificationContent.isOfHttpV1(body)
        ? HubPlatform.GCM
        : HubTargets.platform(service, "");
  }

  /// More than the service takes, whatever the kind of push: its sender says it to the byte.
  private static int largest(final PushService service) {
    return switch (service) {
      case APNS, WNS, MPNS, WEB_PUSH, HUB -> 5 * 1_024;
      case FCM -> 12 * 1_024; // for each platform behind it 4 KB
    };
  }

  /// Those that the platform knows; one that becomes empty is left out.
  private static Map<String, String> headers(
      final HubPlatform platform, final TargetTemplate template, final Rendering few) {
    final Map<String, String> headers = new LinkedHashMap<>();
    int size = 0;
    for (final var header : template.headers().entrySet()) {
      final var name = header.getKey().toLowerCase(Locale.ROOT);
      if (SendHeaders.isFor(platform, name)) {
        final var value = text("header " + name, header.getValue(), few);
        size += name.length() + value.length();
        if (few.isTooLarge() || size > LARGEST_HEADERS) {
          throw HubRefused.malformed(
              "the headers have more than " + LARGEST_HEADERS + " characters");
        }
        if (!value.isEmpty()) {
          headers.putIfAbsent(name, value);
        }
      }
    }
    return headers;
  }

  private static String text(final String where, final String text, final Rendering few) {
    return TemplateText.parse(where, text).render(few).strip();
  }

  /// Until when Apple keeps it.
  private Optional<Instant> expiry(
      final HubPlatform platform, final TargetTemplate template, final Rendering few) {
    if (platform != HubPlatform.APPLE) {
      return Optional.empty();
    }
    final var text = text("expiry", template.expiry(), few);
    if (few.isTooLarge() || text.length() > LONGEST_EXPIRY) {
      throw HubRefused.malformed("expiry: has more than " + LONGEST_EXPIRY + " characters");
    }
    if (text.isEmpty()) {
      return Optional.empty();
    }
    try {
      return Optional.of(moment(text, from));
    } catch (final DateTimeException | NumberFormatException _) {
      throw HubRefused.malformed(
          "expiry: must become a moment like 2026-03-01T12:00:00 or 03/01/2026 12:00:00, in UTC, or"
              + " seconds since 1970");
    }
  }

  private static Instant moment(final String text, final Instant now) {
    if (text.chars().allMatch(Character::isDigit)) {
      return Instant.ofEpochSecond(Long.parseLong(text));
    }
    if (text.contains("GMT")) {
      return OffsetDateTime.parse(text.replaceFirst(" \\(.*\\)$", ""), OF_SCRIPTS).toInstant();
    }
    return text.indexOf('T') > 0 ? SendHeaders.iso(text) : SendHeaders.american(text, now);
  }

  private static String shortened(final String detail) {
    return detail.length() <= LONGEST_DETAIL ? detail : detail.substring(0, LONGEST_DETAIL) + "...";
  }
}
