package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.http.server.Parked;
import dev.reveille.model.CallEnd;
import dev.reveille.model.CallId;
import dev.reveille.model.Reason;
import dev.reveille.model.TimeScale;
import dev.reveille.model.UserId;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.answers.EntityTags;
import dev.reveille.protocols.json.JsonBody;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.routing.CallView;
import dev.reveille.routing.Calls;
import dev.reveille.routing.Directory;
import dev.reveille.routing.port.Registry;
import dev.reveille.routing.port.SecretStore.Right;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/// `/v1/calls`: clients read the state of a call, wait for a change, or end it. A request that
/// waits is parked and holds no thread.
final class CallsResource {
  private static final int LONGEST_WAIT_SECONDS = 60;
  private static final int LONGEST_WHERE = 256;

  private final Calls calls;
  private final CallEnds ends;
  private final EventAnswers answers;
  private final Directory directory;
  private final Registry registry;
  private final WaitingPlaces places;
  private final Authenticator authenticator;
  private final Set<Waiting> waiting = ConcurrentHashMap.newKeySet();

  /// The answer that was written last.
  private record Written(CallView view, Answer answer) {}

  private volatile @Nullable Written written;

  CallsResource(
      final Calls calls,
      final CallEnds ends,
      final EventAnswers answers,
      final Directory directory,
      final Registry registry,
      final WaitingPlaces places,
      final Authenticator authenticator) {
    this.calls = calls;
    this.ends = ends;
    this.answers = answers;
    this.directory = directory;
    this.registry = registry;
    this.places = places;
    this.authenticator = authenticator;
  }

  /// A key was removed: its requests wait no longer. May read the disk.
  void keysChanged() {
    waiting.forEach(Waiting::lookAtKey);
  }

  void show(final Request request) {
    final var call = id(request);
    final int wait = request.number("wait", 0, 0, LONGEST_WAIT_SECONDS);
    final var view = view(request, call);
    final var seen = request.tags("If-None-Match");
    if (!view.isRinging() || wait == 0 || isNews(view, seen)) {
      request.exchange().answer(now(view, seen));
      return;
    }
    if (!places.take(request.organisation(), request.principal().key().id())) {
      throw new Refusal(
          Reason.SERVER_BUSY, "too many requests wait for calls", Duration.ofSeconds(1));
    }
    new Waiting(request, call, view, seen).begin(TimeScale.divide(Duration.ofSeconds(wait)));
  }

  private static boolean isNews(final CallView view, final EntityTags seen) {
    return seen.isGiven() && !seen.name(tag(view));
  }

  /// The answer that says how the call stands; 304 when the asker knows.
  private Answer now(final CallView view, final EntityTags seen) {
    final var tag = tag(view);
    return seen.name(tag) ? Answer.empty(304, "ETag", tag) : news(view);
  }

  /// Thousands may wait for one call of a thousand recipients: its answer is written once for all.
  private Answer news(final CallView view) {
    final var last = written;
    if (last != null && last.view == view) {
      return last.answer;
    }
    final var answer = Answers.json(200, out -> ends.write(out, view), "ETag", tag(view));
    written = new Written(view, answer);
    return answer;
  }

  /// Another one after each change that a call can go through.
  private static String tag(final CallView view) {
    return view.isRinging() ? "\"ringing-" + view.declinedBy().size() + "\"" : "\"over\"";
  }

  /// One request that waits for a call to change. The first of these ends it: the change, the time,
  /// or the asker's leaving.
  private final class Waiting implements Parked.Owner {
    private final Request request;
    private final String authorization;
    private final CallId call;
    private final CallView before;
    private final EntityTags seen;
    private final AtomicReference<@Nullable AutoCloseable> watch = new AtomicReference<>();
    private volatile @Nullable Parked held;

    Waiting(
        final Request request, final CallId call, final CallView before, final EntityTags seen) {
      this.request = request;
      this.authorization = request.exchange().header("authorization").orElse("");
      this.call = call;
      this.before = before;
      this.seen = seen;
    }

    void begin(final Duration patience) {
      final var parked = request.exchange().park(patience, this);
      held = parked;
      waiting.add(this);
      watch.set(calls.watch(request.organisation(), call, view -> answer(parked, news(view))));
      lookAtKey(); // it may have been removed before this request was found waiting
      // It may have changed between the look and the watch.
      final var after = calls.view(request.organisation(), call).orElse(before);
      if (!tag(after).equals(tag(before))) {
        parked.answer(news(after));
      }
      if (!parked.isHeld()) { // its end may have come before there was a watch to close
        over();
      }
    }

    private void answer(final Parked parked, final Answer answer) {
      if (parked.answer(answer)) {
        over();
      }
    }

    @Override
    public void expired(final Parked parked) {
      answer(parked, now(before, seen));
    }

    @Override
    public void gone(final Parked parked) {
      over();
    }

    private void lookAtKey() {
      final var parked = held;
      if (parked != null && !authenticator.holds(authorization, request.principal())) {
        answer(parked, Answers.problem(Reason.NO_KEY, "this key was removed"));
      }
    }

    private void over() {
      waiting.remove(this);
      final var open = watch.getAndSet(null);
      if (open != null) {
        places.giveBack(request.organisation(), request.principal().key().id());
        try {
          open.close();
        } catch (Exception e) {
          throw new IllegalStateException("a watch that does not close", e);
        }
      }
    }
  }

  Answer cancel(final Request request) {
    request.need(Right.SEND);
    request.bodyIfAny();
    return end(request, new CallEnd.Cancelled());
  }

  Answer answerElsewhere(final Request request) {
    request.need(Right.SEND);
    final var where = request.bodyIfAny("where").text("where").orElse("");
    if (where.length() > LONGEST_WHERE) {
      throw Refusal.malformed("where", "must have at most " + LONGEST_WHERE + " characters");
    }
    EventReader.printable("where", where);
    return end(request, new CallEnd.AnsweredElsewhere(where));
  }

  private Answer end(final Request request, final CallEnd how) {
    final var call = id(request);
    final var ended =
        ends.done(
            request.organisation(),
            call,
            told -> calls.end(request.organisation(), call, how, told));
    return ended.isEarly()
        ? answers.storedAlone(ended.sequence())
        : Answers.json(200, out -> ends.write(out, view(request, call)));
  }

  Answer answer(final Request request) {
    request.need(Right.SEND);
    final var body = request.body("user", "installation");
    final var user = user(request, body);
    final var installation = Named.installation(body.required("installation"));
    final var found = registry.installation(installation);
    if (found.isEmpty() || !found.get().users().contains(user)) {
      throw new Refusal(
          Reason.NOT_FOUND, "installation " + installation + " of user " + user.name());
    }
    return end(request, new CallEnd.Answered(user, installation));
  }

  Answer decline(final Request request) {
    request.need(Right.SEND);
    final var body = request.body("user");
    return end(request, new CallEnd.Declined(user(request, body)));
  }

  private UserId user(final Request request, final JsonBody body) {
    final var name = body.required("user");
    return directory
        .find(request.organisation(), name)
        .orElseThrow(() -> new Refusal(Reason.UNKNOWN_USER, "user: " + name));
  }

  private static CallId id(final Request request) {
    try {
      return Named.call(request.name());
    } catch (Refusal _) {
      throw new Refusal(Reason.CALL_UNKNOWN, request.name());
    }
  }

  private CallView view(final Request request, final CallId call) {
    return calls
        .view(request.organisation(), call)
        .orElseThrow(() -> new Refusal(Reason.CALL_UNKNOWN, call.toString()));
  }
}
