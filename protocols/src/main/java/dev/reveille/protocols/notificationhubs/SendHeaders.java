package dev.reveille.protocols.notificationhubs;

import dev.reveille.model.TagExpression;
import dev.reveille.model.TagSyntaxException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Collection;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// The headers of a request that sends a notification, parsed. Names may be in any case.
///
/// @param formatInferred the caller named no format
/// @param tags empty for a broadcast, and for a send to handles
/// @param handle of a direct send; "" when there is none
/// @param p256dh and `auth` stand beside the handle of a browser; "" when there are none
/// @param scheduledAt when it shall leave; empty for at once
/// @param apnsExpiry until when Apple keeps it, from the header that clients always write; the
///   header `apns-expiration`, where it is there, says it exactly and wins
/// @param passedOn what the push service gets, by lower-case names; only what its format knows
public record SendHeaders(
    SendFormat format,
    boolean formatInferred,
    Optional<TagExpression> tags,
    String handle,
    String p256dh,
    String auth,
    Optional<Instant> scheduledAt,
    Optional<Instant> apnsExpiry,
    Map<String, String> passedOn) {
  /// So far ahead a send may be scheduled.
  public static final Duration FURTHEST = Duration.ofDays(7);

  static final String PUSH_TYPE = "apns-push-type";
  private static final String OWN = "servicebusnotification-";
  private static final String APNS = "apns-";
  private static final String WNS = "x-wns-";
  private static final List<String> PHONE = List.of("x-windowsphone-target", "x-notificationclass");

  /// A clock of twelve hours leaves two moments; within this time the earlier one is taken.
  private static final Duration SOON = Duration.ofHours(11).plusMinutes(50);

  private static final Duration HALF_A_DAY = Duration.ofHours(12);

  private static final DateTimeFormatter AMERICAN =
      DateTimeFormatter.ofPattern("M/d/uuuu H:m:s", Locale.ROOT);

  public SendHeaders {
    // clients count it from now, also for a send that is scheduled for later
    apnsExpiry =
        apnsExpiry.filter(until -> scheduledAt.isEmpty() || until.isAfter(scheduledAt.get()));
    passedOn = Collections.unmodifiableMap(new LinkedHashMap<>(passedOn));
  }

  /// @param headers as they came; of two with one name the first counts, but those of the service
  ///   itself may be there once only: they say to whom it goes
  /// @param now the moment of the request
  /// @throws HubRefused with status 400
  public static SendHeaders read(
      final Collection<Map.Entry<String, String>> headers, final Instant now) {
    final Map<String, String> all = new LinkedHashMap<>();
    for (final var header : headers) {
      final var name = header.getKey().toLowerCase(Locale.ROOT);
      if (all.putIfAbsent(name, header.getValue().strip()) != null && name.startsWith(OWN)) {
        throw HubRefused.malformed("the header " + header.getKey() + " is there twice");
      }
    }
    final var word = all.getOrDefault(OWN + "format", "");
    final var format = format(word, all);
    final var tags = Optional.ofNullable(all.get(OWN + "tags"));
    if (tags.filter(String::isEmpty).isPresent()) {
      throw HubRefused.malformed(
          "ServiceBusNotification-Tags is empty; leave the header out to send to all");
    }
    final var handle = all.getOrDefault(OWN + "devicehandle", "");
    if (handle.length() > PnsHandle.LONGEST) {
      throw HubRefused.malformed("the handle has more than " + PnsHandle.LONGEST + " characters");
    }
    return new SendHeaders(
        format,
        word.isEmpty(),
        tags.map(SendHeaders::expression),
        handle,
        all.getOrDefault("p256dh", ""),
        all.getOrDefault("auth", ""),
        Optional.ofNullable(all.get(OWN + "scheduletime")).map(text -> scheduled(text, now)),
        isApple(format)
            ? Optional.ofNullable(all.get(OWN + "apns-expiry")).map(text -> expiry(text, now))
            : Optional.empty(),
        passedOn(format, all));
  }

  /// What a template says of its pushes, as if the caller of a native send had said it.
  ///
  /// @param passedOn only what [#isFor] the platform
  static SendHeaders ofTemplate(
      final HubPlatform platform,
      final Map<String, String> passedOn,
      final Optional<Instant> apnsExpiry) {
    return new SendHeaders(
        new SendFormat.Native(platform),
        false,
        Optional.empty(),
        "",
        "",
        "",
        Optional.empty(),
        apnsExpiry,
        passedOn);
  }

  private static boolean isApple(final SendFormat format) {
    return format.equals(new SendFormat.Native(HubPlatform.APPLE));
  }

  /// A client loses the format of Apple notifications that have headers of their own.
  private static SendFormat format(final String word, final Map<String, String> all) {
    if (word.isEmpty()) {
      return all.keySet().stream().anyMatch(name -> name.startsWith(APNS))
          ? new SendFormat.Native(HubPlatform.APPLE)
          : new SendFormat.Template();
    }
    if (word.equalsIgnoreCase("template")) {
      return new SendFormat.Template();
    }
    return HubPlatform.ofFormat(word)
        .filter(HubPlatform::isServed)
        .map(SendFormat.Native::new)
        .orElseThrow(() ->
            HubRefused.malformed(
                "the format \""
                    + word
                    + "\" is not served here; what works: "
                    + HubPlatform.servedFormats()
                    + ", template"));
  }

  private static TagExpression expression(final String text) {
    try {
      return TagExpression.parse(text);
    } catch (final TagSyntaxException bad) {
      throw HubRefused.malformed(bad.complaint());
    }
  }

  /// In UTC where no zone is written.
  private static Instant scheduled(final String text, final Instant now) {
    final Instant at;
    try {
      at = iso(text);
    } catch (final DateTimeException _) {
      throw HubRefused.malformed(
          "ServiceBusNotification-ScheduleTime must be a moment like 2026-03-01T12:00:00, in UTC");
    }
    if (at.isAfter(now.plus(FURTHEST))) {
      throw HubRefused.malformed(
          "ServiceBusNotification-ScheduleTime lies more than "
              + FURTHEST.toDays()
              + " days ahead");
    }
    return at;
  }

  /// As ISO 8601 writes it; in UTC where no zone is written.
  ///
  /// @throws DateTimeException when it is none
  static Instant iso(final String text) {
    final var read =
        DateTimeFormatter.ISO_DATE_TIME.parseBest(text, ZonedDateTime::from, LocalDateTime::from);
    return read instanceof final ZonedDateTime zoned
        ? zoned.toInstant()
        : LocalDateTime.from(read).toInstant(ZoneOffset.UTC);
  }

  private static Instant expiry(final String text, final Instant now) {
    try {
      return text.indexOf('/') < 0 ? iso(text) : american(text, now);
    } catch (final DateTimeException _) {
      throw HubRefused.malformed(
          "ServiceBusNotification-Apns-Expiry must be a moment like 03/01/2026 12:00:00 or"
              + " 2026-03-01T12:00:00, in UTC");
    }
  }

  /// `MM/dd/yyyy hh:mm:ss`, in UTC. Java's client writes hours from 1 to 12 without saying which
  /// half of the day it means, .NET's writes 0 to 23. Where both halves are possible, the first
  /// moment that is still to come is taken when it is near, and else the later of the two: so a
  /// short life is not made long, and the usual one of a day never loses half of it.
  ///
  /// @throws DateTimeException when it is none
  static Instant american(final String text, final Instant now) {
    final var read = LocalDateTime.parse(text, AMERICAN);
    final var written = read.toInstant(ZoneOffset.UTC);
    if (read.getHour() == 0 || read.getHour() > 12) {
      return written;
    }
    final var early = read.getHour() == 12 ? written.minus(HALF_A_DAY) : written;
    final var late = early.plus(HALF_A_DAY);
    final var next = early.isAfter(now) ? early : late;
    return next.isBefore(now.plus(SOON)) ? next : late;
  }

  private static Map<String, String> passedOn(
      final SendFormat format, final Map<String, String> all) {
    final Map<String, String> passed = new LinkedHashMap<>();
    if (format instanceof SendFormat.Native(final var platform)) {
      all.forEach((name, value) -> {
        if (isFor(platform, name)) {
          passed.put(name, value);
        }
      });
      if (platform == HubPlatform.APPLE) {
        // two headers of the service's own that say what Apple's say; Apple's win
        putIfSaid(passed, PUSH_TYPE, all.get(OWN + "apns-push-type"));
        putIfSaid(passed, "apns-priority", all.get("x-apns-priority"));
      }
    }
    return passed;
  }

  private static void putIfSaid(
      final Map<String, String> passed, final String name, final @Nullable String value) {
    if (value != null && !value.isEmpty()) {
      passed.putIfAbsent(name, value);
    }
  }

  /// Whether the platform knows a header, by its lower-case name.
  static boolean isFor(final HubPlatform platform, final String name) {
    return switch (platform) {
      case APPLE -> name.startsWith(APNS);
      case WINDOWS -> name.startsWith(WNS);
      case WINDOWS_PHONE -> PHONE.contains(name);
      case FCM_V1, GCM, BROWSER, ADM, BAIDU, XIAOMI -> false;
    };
  }

  /// Without handle and keys.
  @Override
  public String toString() {
    return "SendHeaders[" + format + " " + tags + (handle.isEmpty() ? "" : " direct") + "]";
  }
}
