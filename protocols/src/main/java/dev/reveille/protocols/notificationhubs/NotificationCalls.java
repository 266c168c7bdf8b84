package dev.reveille.protocols.notificationhubs;

import dev.reveille.http.server.Answer;
import dev.reveille.model.App;
import dev.reveille.model.Audience;
import dev.reveille.model.Audience.Addressed;
import dev.reveille.model.EventIds;
import dev.reveille.model.EventKey;
import dev.reveille.model.Lane;
import dev.reveille.model.Life;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.answers.Statuses;
import dev.reveille.protocols.json.JsonParsers;
import dev.reveille.protocols.notificationhubs.template.TemplateProperties;
import dev.reveille.protocols.notificationhubs.template.TemplateRefused;
import dev.reveille.routing.Intake;
import dev.reveille.routing.Routing;
import dev.reveille.routing.Sends;
import dev.reveille.routing.ServerClock;
import dev.reveille.routing.port.HubRegistrations;
import dev.reveille.routing.port.Registry;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;

/// The calls of Azure Notification Hubs that send notifications, tell their state, and cancel
/// scheduled ones.
///
/// A call is answered when the notification, or its cancellation, is on disk; a test waits up to 10
/// s more for its push services. The same request under the same name (TrackingId,
/// x-ms-client-request-id) gets the notification that was accepted before. Blocks.
final class NotificationCalls {
  private static final String COLLECTION = "messages";
  private static final String SCHEDULED = "schedulednotifications";
  private static final long LONGEST_COMMIT_SECONDS = 30;

  /// How many targets a test reaches, and how long it waits for their push services.
  private static final int MOST_OF_TEST = 10;

  /// Registrations of one handle that are looked through for that of a target.
  private static final int MOST_OF_HANDLE = 100;

  private static final Duration LONGEST_TEST = Duration.ofSeconds(10);

  private final Sends sends;
  private final Registry registry;
  private final HubRegistrations registrations;
  private final EventIds ids;
  private final ServerClock clock;
  private final NotificationState states;

  NotificationCalls(
      final Routing routing, final Registry registry, final HubRegistrations registrations) {
    this.sends = routing.sends();
    this.registry = registry;
    this.registrations = registrations;
    this.ids = routing.records().ids();
    this.clock = routing.clock();
    this.states = new NotificationState(sends);
  }

  // ---- sending --------------------------------------------------------------------------------

  Answer send(final HubCall call) {
    final var said = SendHeaders.read(call.exchange().fields(), clock.instant());
    if (said.scheduledAt().isPresent()) {
      throw HubRefused.malformed(
          "ServiceBusNotification-ScheduleTime belongs to a request to " + SCHEDULED);
    }
    final var body = call.exchange().body();
    if (call.has("direct")) {
      return sent(call, direct(call, said, handles(said), body), COLLECTION);
    }
    if (call.has("test")) {
      return test(call, said, body);
    }
    return sent(call, toAudience(call, said, body, clock.instant()), COLLECTION);
  }

  private static List<PnsHandle> handles(final SendHeaders said) {
    if (said.handle().isEmpty()) {
      throw HubRefused.malformed(
          "a direct send must name its device: ServiceBusNotification-DeviceHandle is missing");
    }
    if (!isBrowser(said)) {
      return List.of(handle(said.handle()));
    }
    if (said.p256dh().isEmpty() || said.auth().isEmpty()) {
      throw HubRefused.malformed(
          "a direct send to a browser must have the headers P256DH and Auth");
    }
    return List.of(new PnsHandle.Browser(said.handle(), said.p256dh(), said.auth()));
  }

  private static boolean isBrowser(final SendHeaders said) {
    return said.format() instanceof SendFormat.Native(var platform)
        && platform == HubPlatform.BROWSER;
  }

  private static PnsHandle handle(final String value) {
    try {
      return new PnsHandle.Single(value);
    } catch (final IllegalArgumentException wrong) {
      throw HubRefused.malformed(String.valueOf(wrong.getMessage()));
    }
  }

  Answer batch(final HubCall call) {
    if (!call.has("direct")) {
      throw HubRefused.malformed("a batch goes to handles: the query must say `direct`");
    }
    final var said = SendHeaders.read(call.exchange().fields(), clock.instant());
    final var batch = DirectBatch.read(call.header("Content-Type"), call.exchange().body());
    if (batch.notification().length > HubApi.LARGEST_MESSAGE) {
      throw new HubRefused(
          HubProblem.tooLarge("a notification has at most " + HubApi.LARGEST_MESSAGE + " bytes"));
    }
    if (isBrowser(said)) {
      throw HubRefused.malformed(
          "browsers are sent to one by one, with the headers P256DH and Auth");
    }
    final var handles = batch.handles().stream().map(NotificationCalls::handle).toList();
    return sent(call, direct(call, said, handles, batch.notification()), COLLECTION);
  }

  Answer schedule(final HubCall call) {
    final var said = SendHeaders.read(call.exchange().fields(), clock.instant());
    final var at =
        said.scheduledAt()
            .orElseThrow(
                () -> HubRefused.malformed("ServiceBusNotification-ScheduleTime is missing"));
    return sent(call, toAudience(call, said, call.exchange().body(), at), SCHEDULED);
  }

  private Send toAudience(
      final HubCall call, final SendHeaders said, final byte[] body, final Instant at) {
    final var message = message(call, said, body, at);
    final var which = SendSelection.text(said.format(), said.tags());
    final var to = new Audience.Registered(call.hub().key(), which, registrations.lastNumber());
    final var lane =
        message.rings() ? Lane.URGENT : said.tags().isEmpty() ? Lane.BULK : Lane.NORMAL;
    return send(call, said, message, lane, at, to, which);
  }

  private Send direct(
      final HubCall call,
      final SendHeaders said,
      final List<PnsHandle> handles,
      final byte[] body) {
    if (!(said.format() instanceof SendFormat.Native(var platform))) {
      throw HubRefused.malformed(
          "a direct send must be in the format of a push service: a handle has no template");
    }
    final var now = clock.instant();
    final var message = message(call, said, body, now);
    final var hub = call.hub();
    final var all = new ArrayList<Addressed>();
    final var seen = new HashSet<TargetKey>();
    for (final var handle : handles) {
      final var address =
          HubTargets.address(hub, platform, handle, Instant.EPOCH) // when it was, is not known
              .orElseThrow(() -> new IllegalStateException("a served format has a service"));
      final var key =
          TargetKey.ofAddress(
              hub.organisation(), hub.app(), address.service(), address.token().value());
      if (seen.add(key)) { // two spellings of one handle are one
        all.add(new Addressed(key, address));
      }
    }
    return send(
        call,
        said,
        message,
        message.rings() ? Lane.URGENT : Lane.NORMAL,
        now,
        new Audience.Addresses(all),
        "");
  }

  /// @param until no push leaves at this moment or later
  /// @param rings whether it is a call, which goes before everything else
  private record Message(SendContent what, Instant until, boolean rings) {}

  private Message message(
      final HubCall call, final SendHeaders said, final byte[] body, final Instant from) {
    return switch (said.format()) {
      case SendFormat.Native(var platform) -> {
        final var given = NotificationContent.of(platform, said, body, bundle(call.hub()), from);
        yield new Message(given.content(), given.until(), given.rings());
      }
      case SendFormat.Template _ ->
          new Message(
              new SendContent.Template(properties(body)),
              from.plus(NotificationContent.USUAL_LIFE),
              ApnsPushType.ofTemplates(bundle(call.hub())));
    };
  }

  private static Map<String, String> properties(final byte[] body) {
    try {
      return TemplateProperties.read(body);
    } catch (final TemplateRefused refused) {
      throw HubRefused.of(refused);
    }
  }

  private String bundle(final Hub hub) {
    return registry.app(hub.app()).map(App::bundleId).orElse("");
  }

  private Send send(
      final HubCall call,
      final SendHeaders said,
      final Message message,
      final Lane lane,
      final Instant at,
      final Audience to,
      final String which) {
    final var expiry = call.header("ServiceBusNotification-Apns-Expiry");
    final long hash = NotificationHash.of(said, expiry, which, to, message.what());
    final var key =
        new EventKey(
            call.hub().organisation(),
            call.hub().source(),
            name(call) + "." + Long.toHexString(hash));
    return new Send(key, new Life(message.until(), message.until()), lane, at, to, message.what());
  }

  /// Under which a client sends a notification again: one names each request, another one gives all
  /// tries of a request the same name.
  private static String name(final HubCall call) {
    for (final var header : new String[] {"TrackingId", "x-ms-client-request-id"}) {
      final var given = call.header(header);
      if (HubApi.namesRequest(given)) {
        return given;
      }
    }
    return UUID.randomUUID().toString();
  }

  private Answer sent(final HubCall call, final Send send, final String collection) {
    return Answer.empty(201, "Location", call.url(collection, ids.sealed(submitted(send))));
  }

  /// The send's sequence, when it is on disk.
  private long submitted(final Send send) {
    final var answered = new CompletableFuture<Intake.Answer>();
    final long hash = ByteBuffer.wrap(sha(send.key().id())).getLong(); // the id has the content's
    sends.submit(send, hash, answered::complete);
    try {
      return switch (answered.get(LONGEST_COMMIT_SECONDS, TimeUnit.SECONDS)) {
        case Intake.Answer.Stored(var sequence) -> sequence;
        case Intake.Answer.Repeat(var sequence) -> sequence;
        case Intake.Answer.Conflict(_, var why) -> throw HubRefused.malformed(why.sentence());
        case Intake.Answer.CallKnown _ -> throw new IllegalStateException("a send is no call");
        case Intake.Answer.NotKept(var why, var detail, var retryAfter) ->
            throw notKept(
                Statuses.of(why),
                why.sentence() + (detail.isEmpty() ? "" : " " + detail),
                retryAfter);
      };
    } catch (final TimeoutException | ExecutionException _) {
      throw notKept("the store did not answer", Duration.ofSeconds(5));
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
      throw notKept("the server is going down", Duration.ofSeconds(5));
    }
  }

  private static byte[] sha(final String text) {
    try {
      return MessageDigest.getInstance("SHA-256").digest(text.getBytes(StandardCharsets.UTF_8));
    } catch (final NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  private static HubRefused notKept(final String detail, final Duration retryAfter) {
    return notKept(503, detail, retryAfter);
  }

  private static HubRefused notKept(
      final int status, final String detail, final Duration retryAfter) {
    final var problem = new HubProblem(status, status * 100, detail);
    return retryAfter.isZero() ? new HubRefused(problem) : new HubRefused(problem, retryAfter);
  }

  // ---- a test ---------------------------------------------------------------------------------

  /// Reaches few targets, waits for what becomes of them and tells it.
  private Answer test(final HubCall call, final SendHeaders said, final byte[] body) {
    final var now = clock.instant();
    final var message = message(call, said, body, now);
    final var which = SendSelection.text(said.format(), said.tags());
    final var selection = SendSelection.read(which);
    final long upTo = registrations.lastNumber();
    final Map<TargetKey, HubRegistrations.Target> found = new java.util.LinkedHashMap<>();
    long after = 0;
    long reached = 0;
    boolean last = false;
    while (!last && found.size() < MOST_OF_TEST) {
      final int most = MOST_OF_TEST - found.size();
      final var page = registrations.targets(call.hub().key(), selection, after, upTo, most);
      for (final var one : page.targets()) {
        found.put(one.target().key(), one.target());
        reached = one.number();
      }
      after = page.reached();
      last = page.last();
    }
    if (found.isEmpty()) {
      return Answer.of(201, "application/xml", new NotificationOutcome(0, 0, List.of()).xml());
    }
    final var to =
        message.what() instanceof SendContent.Template
            ? new Audience.Registered(call.hub().key(), which, reached) // it has their templates
            : new Audience.Addresses(
                found.entrySet().stream()
                    .map(one -> new Addressed(one.getKey(), one.getValue().address()))
                    .toList());
    final long sequence =
        submitted(send(call, said, message, Lane.URGENT, now, to, "test " + UUID.randomUUID()));
    final var stories = stories(sequence, found.size());
    final var outcome = states.outcome(found, stories, target -> entry(call, target));
    return Answer.of(201, "application/xml", outcome.xml());
  }

  private List<Sends.TargetStory> stories(final long send, final int targets) {
    try {
      return sends.awaitTargets(send, MOST_OF_TEST, targets, LONGEST_TEST);
    } catch (final InterruptedException _) { // the server is going down
      Thread.currentThread().interrupt();
      return List.of();
    }
  }

  /// The id of the registration or installation of a target; the target's name when it is gone.
  private String entry(final HubCall call, final HubRegistrations.Target target) {
    final var handle = target.address().token().value();
    final var filter =
        new HubRegistrations.Filter.WithHandle(Optional.of(target.address().service()), handle);
    return registrations
        .list(call.hub().key(), filter, 0, MOST_OF_HANDLE, JsonParsers.LARGEST_PAGE)
        .entries()
        .stream()
        .map(HubRegistrations.Versioned::entry)
        .filter(entry -> entry.targets().stream().anyMatch(one -> one.key().equals(target.key())))
        .map(HubRegistrations.Entry::id)
        .findFirst()
        .orElse(target.key().value());
  }

  // ---- afterwards -----------------------------------------------------------------------------

  Answer show(final HubCall call) {
    final var stored = named(call, call.name());
    final var url = call.url(COLLECTION, call.name());
    return Answer.of(200, "application/xml", states.details(stored, call.name(), url).xml());
  }

  /// Answered when it is on disk that nothing of it leaves any more.
  Answer cancel(final HubCall call) {
    final var stored = named(call, call.name());
    final var done = new CountDownLatch(1);
    sends.cancel(stored.sequence(), done::countDown);
    try {
      if (done.await(LONGEST_COMMIT_SECONDS, TimeUnit.SECONDS)) {
        return Answer.empty(200);
      }
    } catch (final InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw notKept("could not confirm the cancellation; ask again", Duration.ofSeconds(5));
  }

  private StoredJob named(final HubCall call, final String id) {
    return sequence(id)
        .flatMap(sends::find)
        .filter(stored -> stored.job().key().organisation().equals(call.hub().organisation()))
        .filter(stored -> stored.job().key().source().equals(call.hub().source()))
        .orElseThrow(
            () -> new HubRefused(new HubProblem(404, 40_400, "there is no notification " + id)));
  }

  private Optional<Long> sequence(final String id) {
    try {
      return ids.sequenceOfSealed(id);
    } catch (final IllegalArgumentException _) {
      return Optional.empty();
    }
  }
}
