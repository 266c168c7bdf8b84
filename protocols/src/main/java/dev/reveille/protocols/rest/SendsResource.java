package dev.reveille.protocols.rest;

import dev.reveille.http.server.Answer;
import dev.reveille.model.Audience;
import dev.reveille.model.EventIds;
import dev.reveille.model.Reason;
import dev.reveille.model.Send;
import dev.reveille.model.SendContent;
import dev.reveille.model.StoredJob;
import dev.reveille.model.TargetKey;
import dev.reveille.protocols.answers.Answers;
import dev.reveille.protocols.json.JsonOut;
import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.ExplainedTarget;
import dev.reveille.protocols.notificationhubs.SendExplanations;
import dev.reveille.routing.Sends;
import dev.reveille.routing.Sends.TargetStory;
import dev.reveille.routing.port.SecretStore.Right;
import dev.reveille.routing.port.SendLog.Progress;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/// `/v1/sends`: the progress of sends (pushes to addresses that belong to no user) and what became
/// of each target, without content.
///
/// A send is named by its sealed id, which cannot be guessed: some are secrets of the server's own.
final class SendsResource {
  private static final long LONGEST_COMMIT_SECONDS = 30;

  /// Of a handle; clients of Azure know no longer ones.
  private static final int LONGEST_NAME = 4_096;

  private final Sends sends;
  private final EventIds ids;
  private final SendExplanations explanations;

  SendsResource(final Sends sends, final EventIds ids, final SendExplanations explanations) {
    this.sends = sends;
    this.ids = ids;
    this.explanations = explanations;
  }

  Answer show(final Request request) {
    final var stored = named(request);
    return Answers.json(200, out -> write(out, stored));
  }

  Answer targets(final Request request) {
    final var stored = named(request);
    final int after = request.number("after", 0, 0, Integer.MAX_VALUE);
    final int limit = request.limit();
    final var found = sends.targets(stored.sequence(), after, limit + 1);
    final var few = found.subList(0, Math.min(found.size(), limit));
    final var page =
        isOfHub(stored)
            ? JsonOut.page(explanations.of(stored, few), SendsResource::writeTarget)
            : JsonOut.page(few, SendsResource::write);
    return Answers.json(
        200,
        out -> {
          out.objects("targets", page);
          if (page.size() < found.size()) {
            out.number("next", found.get(page.size() - 1).number());
          }
        });
  }

  Answer target(final Request request) {
    final var stored = named(request);
    final var key = request.second();
    return sends
        .target(stored.sequence(), Named.checked(() -> new TargetKey(key)))
        .map(story -> Answers.json(200, out -> write(out, story)))
        .orElseThrow(() -> Refusal.notFound("target", key));
  }

  /// How what is registered with the hub of a send stands to it: what a handle, an id or a key
  /// names, or all of the hub in pages.
  Answer registrations(final Request request) {
    request.need(Right.LISTEN, Right.MANAGE);
    final var stored = named(request);
    if (!isOfHub(stored)) {
      throw Refusal.malformed(
          "", "the send is of no hub; what became of its targets is told under /targets");
    }
    final var target = request.query("target");
    return target.isEmpty() ? all(request, stored) : one(stored, target);
  }

  private Answer one(final StoredJob stored, final String target) {
    if (target.length() > LONGEST_NAME) {
      throw Refusal.malformed("target", "must have at most " + LONGEST_NAME + " characters");
    }
    final var found = explanations.of(stored, target);
    if (found.isEmpty()) {
      throw new Refusal(
          Reason.NOT_FOUND,
          "target: the hub knows no handle, registration or installation of this name, and knew"
              + " none in the last 90 days");
    }
    return Answers.json(
        200, out -> out.objects("registrations", JsonOut.page(found, SendsResource::write)));
  }

  /// @throws Refusal where the send names its handles itself: there are no others to tell of
  private Answer all(final Request request, final StoredJob stored) {
    if (((Send) stored.job()).to() instanceof Audience.Addresses) {
      throw Refusal.malformed(
          "target", "must name one: the send goes to handles that its caller named");
    }
    final var matched = request.query("matched");
    if (!matched.isEmpty() && !matched.equals("true") && !matched.equals("false")) {
      throw Refusal.malformed("matched", "must be true or false");
    }
    final int after = request.number("after", 0, 0, Integer.MAX_VALUE);
    final var part = explanations.part(stored, after, request.limit());
    final var told =
        part.targets().stream()
            .filter(one -> matched.isEmpty() || one.standing().isMatch() == matched.equals("true"))
            .toList();
    return Answers.json(
        200,
        out -> {
          out.objects("registrations", told, SendsResource::write);
          if (!part.last()) {
            out.number("next", part.reached());
          }
        });
  }

  private static boolean isOfHub(final StoredJob stored) {
    return ((Send) stored.job()).isOfHub();
  }

  /// Answered when it is on disk that no further address is told.
  Answer cancel(final Request request) {
    request.need(Right.SEND);
    final var stored = named(request);
    final var done = new CountDownLatch(1);
    sends.cancel(stored.sequence(), done::countDown);
    try {
      if (done.await(LONGEST_COMMIT_SECONDS, TimeUnit.SECONDS)) {
        return Answers.json(200, out -> write(out, stored));
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    throw new Refusal(Reason.STORE_FAILED, "could not confirm the cancellation; ask again");
  }

  private StoredJob named(final Request request) {
    return sequence(request.name())
        .flatMap(sends::find)
        .filter(stored -> stored.job().key().organisation().equals(request.organisation()))
        .orElseThrow(() -> Refusal.notFound("send", request.name()));
  }

  private Optional<Long> sequence(final String id) {
    try {
      return ids.sequenceOfSealed(id);
    } catch (IllegalArgumentException _) {
      return Optional.empty();
    }
  }

  private void write(final JsonOut out, final StoredJob stored) {
    final var send = (Send) stored.job();
    out.text("send", ids.sealed(stored.sequence()))
        .moment("acceptedAt", stored.at())
        .text("source", send.key().source())
        .text("id", send.key().id())
        .text("lane", send.lane().word())
        .moment("notBefore", send.notBefore())
        .moment("alertBefore", send.life().alertBefore());
    switch (send.to()) {
      case Audience.Addresses(var all) -> out.number("addresses", all.size());
      case Audience.Registered(var in, var which, var upTo) ->
          out.object(
              "audience",
              audience -> audience.text("in", in).textIfAny("which", which).number("upTo", upTo));
    }
    if (send.what() instanceof final SendContent.Native given) {
      out.text("service", given.service().word());
    }
    sends.progress(stored.sequence()).ifPresent(progress -> write(out, progress));
  }

  private static void write(final JsonOut out, final Progress progress) {
    out.text("state", progress.state().word())
        .number("reached", progress.reached())
        .number("begun", progress.maybeBegun())
        .number("settled", progress.settled())
        .number("ofAnotherService", progress.ofAnotherService())
        .object(
            "outcomes", outcomes -> new TreeMap<>(progress.outcomes()).forEach(outcomes::number));
  }

  private static void write(final JsonOut out, final ExplainedTarget one) {
    about(out, one);
    out.textIfAny("target", one.target())
        .textIfAny("service", one.service())
        .flag("matched", one.standing().isMatch())
        .text("standing", one.standing().word());
    one.removed().ifPresent(at -> out.moment("removedAt", at));
    one.story()
        .ifPresent(story ->
            out.textIfAny("template", story.template())
                .objects("tries", story.tries(), TrailResource::attempt)
                .flag("settled", story.settled()));
  }

  /// A target of the trail, with what is registered at it.
  private static void writeTarget(final JsonOut out, final ExplainedTarget one) {
    one.story().ifPresent(story -> write(out, story));
    about(out, one);
  }

  private static void about(final JsonOut out, final ExplainedTarget one) {
    switch (one.kind()) {
      case REGISTRATION -> out.textIfAny("registration", one.id());
      case INSTALLATION -> out.textIfAny("installation", one.id());
    }
    if (!one.carried().isEmpty()) {
      out.texts("carries", one.carried());
    }
    if (!one.lacked().isEmpty()) {
      out.texts("lacks", one.lacked());
    }
  }

  private static void write(final JsonOut out, final TargetStory story) {
    out.number("number", story.number())
        .text("target", story.target().value())
        .text("service", story.service())
        .textIfAny("template", story.template())
        .objects("tries", story.tries(), TrailResource::attempt)
        .flag("settled", story.settled());
  }
}
