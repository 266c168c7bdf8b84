package dev.reveille.push.clearinghouse;

import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.DeliveryOutcome.InTransit;
import dev.reveille.model.DeliveryOutcome.Refused;
import dev.reveille.model.DeliveryOutcome.ServiceReply;
import dev.reveille.model.DeliveryOutcome.TryAgain;
import dev.reveille.model.DeliveryOutcome.Uncertain;
import dev.reveille.model.DeliveryOutcome.Verdict;
import dev.reveille.model.DeliveryOutcome.Withheld;
import dev.reveille.model.Lane;
import dev.reveille.model.PushScope;
import dev.reveille.model.Reason;
import dev.reveille.model.SenderId;
import dev.reveille.model.TimeScale;
import dev.reveille.push.clearinghouse.FederationLink.Answer;
import dev.reveille.push.clearinghouse.FederationLink.Path;
import dev.reveille.push.clearinghouse.FederationLink.Told;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import dev.reveille.sip.message.SipUri;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/// Sends pushes to handles, through the clearing house that gave them out.
///
/// A push that the clearing house took is in transit until its report comes; it is asked for again
/// before the deadline, and never sent under another id, so that the clearing house can tell a
/// repeat. For the same reason a request without an answer is in transit, too: what the clearing
/// house does not know is sent again.
///
/// Thread-safe; never blocks.
public final class ClearingHouseSender implements Sender {
  private static final Logger LOG = LoggerFactory.getLogger(ClearingHouseSender.class);
  private static final Duration REPORT_WITHIN = TimeScale.divide(Duration.ofSeconds(20));
  private static final Duration REPORT_OF_A_CALL_WITHIN = TimeScale.divide(Duration.ofSeconds(3));
  private static final Duration AFTER_SILENCE = TimeScale.divide(Duration.ofSeconds(1));
  private static final Duration AFTER_A_SETTING = TimeScale.divide(Duration.ofSeconds(30));
  private static final Duration SOON = TimeScale.divide(Duration.ofSeconds(1));

  private final FederationLink link;
  private final RequestReference references;
  private final InstantSource clock;
  private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();

  public ClearingHouseSender(
      final FederationLink link, final RequestReference references, final InstantSource clock) {
    this.link = link;
    this.references = references;
    this.clock = clock;
  }

  @Override
  public SenderId id() {
    return PushScope.CLEARING_HOUSE;
  }

  @Override
  public RetryPolicy retries() {
    return RetryPolicy.DOUBLING;
  }

  @Override
  public void send(final List<Push> group, final Outcomes outcomes) {
    try {
      threads.execute(() -> group.forEach(push -> outcome(push, outcomes)));
    } catch (final RejectedExecutionException closed) {
      final var later = new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant());
      group.forEach(push -> outcomes.outcome(push, later));
    }
  }

  private void outcome(final Push push, final Outcomes outcomes) {
    try {
      begin(push, outcomes);
    } catch (final RuntimeException fault) { // such as a store that cannot be read
      LOG.error("a push of event {} could not be made for its clearing house", push.event(), fault);
      outcomes.outcome(push, new TryAgain(Reason.INTERNAL, "", clock.instant().plus(SOON)));
    }
  }

  private void begin(final Push push, final Outcomes outcomes) {
    final var now = clock.instant();
    if (!push.wanted().getAsBoolean()) {
      outcomes.outcome(push, Refused.byUs(Reason.CALL_OVER, ""));
    } else if (!now.isBefore(push.deadline())) {
      outcomes.outcome(push, Refused.byUs(Reason.TOO_LATE_TO_ALERT, ""));
    } else if (!(push.content() instanceof final PushContent.Ours content)) {
      outcomes.outcome(
          push, Refused.byUs(Reason.BAD_REQUEST, "a native push cannot go to a handle"));
    } else {
      switch (judged(link.path(push), push.to().scope())) {
        case Path.Closed(var why, var words) ->
            // one site's setting: what waits would hold up the pushes of the others
            outcomes.outcome(push, Refused.byUs(why, words));
        case Path.Open open -> {
          final var domain = domain(open);
          final var request =
              HandleRequest.of(push, content, open, references.of(push.work(), domain), now);
          link.send(
              open.organisation(),
              domain,
              push.to().app(),
              request,
              new Hears(domain, push.deadline(), push.lane() == Lane.URGENT) {
                @Override
                void told(final DeliveryOutcome outcome) {
                  outcomes.outcome(push, outcome);
                }
              });
        }
      }
    }
  }

  @Override
  public void ask(final List<Question> group, final Answers answers) {
    try {
      threads.execute(() -> group.forEach(question -> answer(question, answers)));
    } catch (final RejectedExecutionException closed) {
      final var later = new TryAgain(Reason.SHUTTING_DOWN, "", clock.instant());
      group.forEach(question -> answers.answer(question, later));
    }
  }

  private void answer(final Question question, final Answers answers) {
    try {
      begin(question, answers);
    } catch (final RuntimeException fault) { // such as a store that cannot be read
      LOG.error("a clearing house could not be asked", fault);
      answers.answer(question, new TryAgain(Reason.INTERNAL, "", clock.instant().plus(SOON)));
    }
  }

  private void begin(final Question question, final Answers answers) {
    switch (judged(link.path(question), question.to().scope())) {
      case Path.Closed _ ->
          answers.answer(question, new InTransit("", clock.instant().plus(AFTER_A_SETTING)));
      case Path.Open open ->
          link.send(
              open.organisation(),
              domain(open),
              question.to().app(),
              HandleRequest.asking(question, open, clock.instant()),
              new Hears(domain(open), Instant.MAX, question.lane() == Lane.URGENT) {
                @Override
                void told(final DeliveryOutcome outcome) {
                  answers.answer(question, outcome);
                }
              });
    }
  }

  /// The URI of the settings has to lead to the clearing house that gave the handle.
  private static Path judged(final Path path, final String scope) {
    if (path instanceof final Path.Open open
        && !PushScope.clearingHouse(domain(open)).equals(scope)) {
      return new Path.Closed(
          Reason.CLEARING_HOUSE_URI,
          "push-notification-proxy-uri is "
              + open.to()
              + ", the handle is of "
              + scope.substring(1));
    }
    return path;
  }

  private static String domain(final Path.Open path) {
    return SipUri.parse(path.to()).map(uri -> uri.host().toLowerCase(Locale.ROOT)).orElse("");
  }

  private Withheld withheld(final Reason why, final String words, final ServiceReply reply) {
    return new Withheld(why, words, clock.instant().plus(AFTER_A_SETTING), reply);
  }

  /// Makes an outcome of an answer.
  private abstract class Hears implements Told {
    private final String domain;
    private final Instant deadline;
    private final boolean isUrgent;

    Hears(final String domain, final Instant deadline, final boolean isUrgent) {
      this.domain = domain;
      this.deadline = deadline;
      this.isUrgent = isUrgent;
    }

    abstract void told(DeliveryOutcome outcome);

    @Override
    public void answered(final Answer answer) {
      told(outcome(answer));
    }

    private DeliveryOutcome outcome(final Answer answer) {
      final var now = clock.instant();
      final var later = answer.retryAfter().map(now::plus).orElse(now.plus(SOON));
      return switch (answer.status()) {
        case 200 ->
            answer
                .outcome()
                .flatMap(text -> PushOutcomes.read(text, domain, now))
                .orElseGet(() -> inTransit(now));
        case 202 -> inTransit(now);
        case 481 -> new Uncertain(Reason.NO_REPORT);
        case 404 -> // it may have lost its handles: ours are kept
            new Refused(Reason.HANDLE_GONE, answer.words(), Verdict.DOUBTED_FOR_NOW);
        case 410 -> new Refused(Reason.HANDLE_GONE, answer.words(), new Verdict.Gone(now));
        case 403 -> withheld(Reason.FEDERATION_REFUSED, answer.words(), ServiceReply.ANSWER);
        case 488 -> withheld(Reason.CLEARING_HOUSE_REFUSED, answer.words(), ServiceReply.ANSWER);
        case 480, 503 ->
            new TryAgain(
                Reason.SERVICE_THROTTLED,
                answer.words(),
                later,
                answer.retryAfter().isPresent() ? ServiceReply.MOMENT : ServiceReply.ANSWER);
        case 400, 405, 413, 415, 416, 420, 482, 483, 513 ->
            new Refused(
                Reason.CLEARING_HOUSE_REFUSED,
                answer.status() + " " + answer.words(),
                Verdict.NOTHING);
        default ->
            new TryAgain(
                Reason.SERVICE_UNAVAILABLE,
                answer.status() + " " + answer.words(),
                later,
                ServiceReply.ANSWER);
      };
    }

    private InTransit inTransit(final Instant now) {
      final var patience = isUrgent ? REPORT_OF_A_CALL_WITHIN : REPORT_WITHIN;
      return new InTransit("", sooner(now.plus(patience), now));
    }

    /// Asked for once before the deadline.
    private Instant sooner(final Instant moment, final Instant now) {
      if (moment.isBefore(deadline)) {
        return moment;
      }
      return now.plus(Duration.between(now, deadline).dividedBy(2));
    }

    @Override
    public void failed(final String words, final boolean isSetting, final boolean mayHaveArrived) {
      final var now = clock.instant();
      if (mayHaveArrived) {
        told(new InTransit("", sooner(now.plus(AFTER_SILENCE), now)));
      } else if (isSetting) {
        told(withheld(Reason.FEDERATION_REFUSED, words, ServiceReply.NOTHING));
      } else {
        told(TryAgain.unreachable(words, now.plus(SOON), Optional.empty()));
      }
    }
  }

  /// What is under way gets its outcome from the connections, which are not of this class.
  @Override
  public void close() {
    threads.shutdown();
  }
}
