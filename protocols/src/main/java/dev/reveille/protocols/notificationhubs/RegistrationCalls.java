package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Tag;
import dev.reveille.protocols.sas.AccessRight;
import dev.reveille.routing.port.HubRegistrations.Condition;
import dev.reveille.routing.port.HubRegistrations.Filter;
import dev.reveille.routing.port.HubRegistrations.Kind;
import dev.reveille.routing.port.HubRegistrations.Versioned;
import dev.reveille.routing.port.HubRegistrations.Written;
import java.util.ArrayList;
import java.util.function.Predicate;

/// The calls of Azure Notification Hubs that read, write and remove registrations of the older
/// kind, and list everything that is registered.
final class RegistrationCalls {
  static final String ATOM_ENTRY = "application/atom+xml;type=entry;charset=utf-8";
  static final String ATOM_FEED = "application/atom+xml;type=feed;charset=utf-8";
  private static final String CONTINUATION = "x-ms-continuationtoken";
  private static final String COLLECTION = "registrations";
  private static final int LARGEST_PAGE = 100;

  private final HubEntries entries;

  RegistrationCalls(final HubEntries entries) {
    this.entries = entries;
  }

  // ---- one ------------------------------------------------------------------------------------

  /// An id that no registration has; nothing is kept.
  Answer newId(final HubCall call) {
    final var id = KeptRegistrations.freshId(entries.now());
    return Answer.empty(201, "Location", call.url("registrationids", id));
  }

  Answer create(final HubCall call) {
    return written(call, KeptRegistrations.freshId(entries.now()), new Condition.Any());
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
    final var said = AtomRegistrations.read(call.exchange().body());
    final var entry = KeptRegistrations.entry(call.hub(), id, said, entries.now());
    return switch (entries.put(call.hub(), entry, condition)) {
      case Written.Done(_, var kept) -> one(call, kept);
      case Written.NotThere _ -> throw notFound(id);
      case Written.Gone _ -> throw gone(id);
      case Written.OtherVersion _ -> throw otherVersion();
      case Written.OtherKind _ -> throw otherKind(id);
    };
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
    return KeptRegistrations.checkedId(call.name());
  }

  private Answer one(final HubCall call, final Versioned kept) {
    final var registration = KeptRegistrations.read(kept);
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
    found
        .entries()
        .forEach(kept -> KeptRegistrations.shown(kept).filter(shows).ifPresent(shown::add));
    final var body =
        AtomRegistrations.feed(
            new AtomItem(call.base() + "/" + COLLECTION, COLLECTION, entries.now()),
            shown,
            each -> item(call, each));
    return found.last()
        ? Answer.of(200, ATOM_FEED, body)
        : Answer.of(200, ATOM_FEED, body, CONTINUATION, Long.toString(found.reached()));
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
