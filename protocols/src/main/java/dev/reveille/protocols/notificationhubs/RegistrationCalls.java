package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Bytes;
import dev.reveille.model.Tag;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Entry;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.function.Predicate;

/// The calls of Azure Notification Hubs that read, write and remove registrations of the older
/// kind, and list everything that is registered.
final class RegistrationCalls {
  static final String ATOM_ENTRY = "application/atom+xml;type=entry;charset=utf-8";
  static final String ATOM_FEED = "application/atom+xml;type=feed;charset=utf-8";
  private static final String CONTINUATION = "x-ms-continuationtoken";
  private static final String COLLECTION = "registrations";
  private static final int LARGEST_PAGE = 100;
  private static final int LONGEST_ID = 200;

  private final HubEntries entries;

  RegistrationCalls(final HubEntries entries) {
    this.entries = entries;
  }

  // ---- one ------------------------------------------------------------------------------------

  /// An id that no registration has; nothing is kept.
  Answer newId(final HubCall call) {
    return Answer.empty(201, "Location", call.url("registrationids", freshId()));
  }

  /// As clients know ids: three numbers.
  private String freshId() {
    final var random = ThreadLocalRandom.current();
    return entries.now().toEpochMilli()
        + "-"
        + random.nextLong(Long.MAX_VALUE)
        + "-"
        + (1 + random.nextInt(9));
  }

  Answer create(final HubCall call) {
    return written(call, freshId(), new Condition.Any());
  }

  Answer put(final HubCall call) {
    return written(call, id(call), condition(call, new Condition.Any()));
  }

  /// Clients name a version where they must not overwrite another's change, and `*` where there has
  /// to be one.
  private static Condition condition(final HubCall call, final Condition otherwise) {
    final var ifMatch = call.header("If-Match");
    if (ifMatch.isEmpty()) {
      return otherwise;
    }
    return HubApi.version(ifMatch)
        .<Condition>map(Condition.IsVersion::new)
        .orElse(new Condition.Exists());
  }

  private Answer written(final HubCall call, final String id, final Condition condition) {
    final var now = entries.now();
    final var said = AtomRegistrations.read(call.exchange().body());
    HubSizes.check(said);
    final var expires = call.hub().expires(now);
    final var registration = said.as(id, "", expires.orElse(HubEntries.NEVER));
    final var entry =
        new Entry(
            id,
            Kind.REGISTRATION,
            Bytes.of(document(id, registration, now)),
            expires,
            HubTargets.of(call.hub(), registration, now));
    return switch (entries.put(call.hub(), entry, condition)) {
      case Written.Done(_, var kept) -> one(call, kept);
      case Written.NotThere _ -> throw notFound(id);
      case Written.Gone _ -> throw gone(id);
      case Written.OtherVersion _ -> throw otherVersion();
      case Written.OtherKind _ -> throw otherKind(id);
    };
  }

  /// As it is kept. It is written anew and may be longer than what came, with more parts: one that
  /// a reader would not take could never be shown, and would break every list that it is in.
  private static byte[] document(
      final String id, final HubRegistration registration, final Instant now) {
    final var document = AtomRegistrations.entry(new AtomItem("", id, now), registration);
    HubSizes.checkWhole("the registration", document);
    try {
      final var _ = AtomRegistrations.read(document);
    } catch (final HubRefused unreadable) {
      throw HubSizes.tooLarge(
          "the registration as it is kept could not be read again: "
              + unreadable.problem().detail()
              + "; shorten its texts");
    }
    return document;
  }

  Answer show(final HubCall call) {
    return entries
        .find(call.hub(), id(call), Kind.REGISTRATION)
        .map(kept -> one(call, kept))
        .orElseThrow(() -> notFound(id(call)));
  }

  Answer delete(final HubCall call) {
    final var id = id(call);
    final var condition = condition(call, new Condition.Any());
    return switch (entries.remove(call.hub(), id, Kind.REGISTRATION, condition)) {
      case Written.Done _ -> Answer.empty(200);
      case Written.NotThere _ -> throw notFound(id);
      case Written.Gone _ -> throw notFound(id);
      case Written.OtherVersion _ -> throw otherVersion();
      case Written.OtherKind _ -> throw notFound(id);
    };
  }

  private static String id(final HubCall call) {
    final var id = call.name();
    if (id.length() > LONGEST_ID || id.chars().anyMatch(Character::isISOControl)) {
      throw HubRefused.malformed("a registration id has at most " + LONGEST_ID + " characters");
    }
    return id;
  }

  private Answer one(final HubCall call, final Versioned kept) {
    final var registration = registration(kept);
    return Answer.of(
        200,
        ATOM_ENTRY,
        AtomRegistrations.entry(item(call, registration), registration),
        "ETag",
        "W/\"" + kept.version() + "\"");
  }

  private AtomItem item(final HubCall call, final HubRegistration registration) {
    return new AtomItem(call.url(COLLECTION, registration.id()), registration.id(), entries.now());
  }

  /// Its document, with what only the store knows.
  private static HubRegistration registration(final Versioned kept) {
    final var entry = kept.entry();
    return AtomRegistrations.read(entry.document().toArray())
        .as(entry.id(), Long.toString(kept.version()), entry.expires().orElse(HubEntries.NEVER));
  }

  static HubRefused notFound(final String id) {
    return new HubRefused(new HubProblem(404, 40_400, "there is no registration " + id));
  }

  private static HubRefused gone(final String id) {
    return new HubRefused(
        new HubProblem(
            410, 41_000, "the registration " + id + " is gone; ask for a new registration id"));
  }

  private static HubRefused otherVersion() {
    return new HubRefused(
        new HubProblem(412, 41_200, "the registration was changed meanwhile; read it again"));
  }

  private static HubRefused otherKind(final String id) {
    return HubRefused.malformed(id + " is the id of an installation, and not of a registration");
  }

  // ---- lists ----------------------------------------------------------------------------------

  /// Those at a handle for apps too; all of them only for who looks after the hub: an app has its
  /// policy's key in every phone, and handles and ids of users are not for all of these.
  Answer list(final HubCall call) {
    final var filter = call.parameter("$filter").filter(text -> !text.isBlank());
    if (filter.isEmpty()) {
      call.caller().need(AccessRight.MANAGE);
      return page(call, new Filter.All(), _ -> true);
    }
    final var wanted = RegistrationFilter.read(filter.get());
    return page(call, wanted.handle(), wanted::shows);
  }

  Answer listByTag(final HubCall call) {
    return page(call, new Filter.Tagged(tag(call.name())), _ -> true);
  }

  private static Tag tag(final String word) {
    try {
      return new Tag(word);
    } catch (final IllegalArgumentException wrong) {
      throw HubRefused.malformed(String.valueOf(wrong.getMessage()));
    }
  }

  /// Installations are in it as registrations, as their clients expect.
  ///
  /// @param shows which of those that the store finds
  private Answer page(
      final HubCall call, final Filter filter, final Predicate<HubRegistration> shows) {
    final int most = top(call);
    final long after = call.parameter("continuationtoken").map(RegistrationCalls::place).orElse(0L);
    final var found = entries.list(call.hub(), filter, after, most);
    final var shown = new ArrayList<HubRegistration>();
    found.entries().forEach(kept -> shown(kept).filter(shows).ifPresent(shown::add));
    final var body =
        AtomRegistrations.feed(
            new AtomItem(call.base() + "/" + COLLECTION, COLLECTION, entries.now()),
            shown,
            each -> item(call, each));
    return found.last()
        ? Answer.of(200, ATOM_FEED, body)
        : Answer.of(200, ATOM_FEED, body, CONTINUATION, Long.toString(found.reached()));
  }

  private static Optional<HubRegistration> shown(final Versioned kept) {
    return switch (kept.entry().kind()) {
      case REGISTRATION -> Optional.of(registration(kept));
      case INSTALLATION -> InstallationCalls.asRegistration(kept);
    };
  }

  private static int top(final HubCall call) {
    final var text = call.parameter("$top").orElse("");
    if (text.isEmpty()) {
      return LARGEST_PAGE;
    }
    try {
      final int top = Integer.parseInt(text);
      if (top > 0) {
        return Math.min(top, LARGEST_PAGE);
      }
    } catch (final NumberFormatException _) {
      // said below
    }
    throw HubRefused.malformed("$top must be a number above zero");
  }

  private static long place(final String token) {
    try {
      final long place = Long.parseLong(token);
      if (place >= 0) {
        return place;
      }
    } catch (final NumberFormatException _) {
      // said below
    }
    throw HubRefused.malformed("the continuation token is none of this hub's");
  }
}
