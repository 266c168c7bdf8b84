package dev.reveille.routing;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import dev.reveille.model.Bytes;
import dev.reveille.model.DeliveryOutcome;
import dev.reveille.model.PushChannel;
import dev.reveille.model.PushService;
import dev.reveille.model.SenderId;
import dev.reveille.routing.port.Push;
import dev.reveille.routing.port.PushContent;
import dev.reveille.routing.port.RetryPolicy;
import dev.reveille.routing.port.Sender;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;

/// A push service that a test answers for.
final class FakeSender implements Sender {
  private final PushService service;
  final List<Push> taken = new ArrayList<>();
  private final Map<Push, Outcomes> outcomes = new HashMap<>();
  @Nullable Function<Push, DeliveryOutcome> always;
  boolean fails;
  RetryPolicy retries = RetryPolicy.DOUBLING;

  FakeSender(final PushService service) {
    this.service = service;
  }

  @Override
  public SenderId id() {
    return service.sender();
  }

  @Override
  public RetryPolicy retries() {
    return retries;
  }

  /// What a test lets it read beforehand.
  record Read(Bytes body) implements PushContent.Prepared {}

  /// What it makes of native pushes beforehand; null for nothing.
  @Nullable UnaryOperator<PushContent.Native> prepares;

  @Override
  public PushContent.Native prepare(final PushContent.Native content, final PushChannel channel) {
    return prepares == null ? content : prepares.apply(content);
  }

  @Override
  public void send(final List<Push> group, final Outcomes told) {
    if (fails) {
      throw new IllegalStateException("no connection");
    }
    for (final var push : group) {
      if (always != null) {
        told.outcome(push, always.apply(push));
      } else {
        taken.add(push);
        outcomes.put(push, told);
      }
    }
  }

  /// What it is asked of pushes in transit: each question is noted, and answered by this.
  @Nullable Function<Question, DeliveryOutcome> knows;

  final List<Question> questions = new ArrayList<>();

  @Override
  public void ask(final List<Question> group, final Answers answers) {
    questions.addAll(group);
    if (knows == null) {
      Sender.super.ask(group, answers);
    } else {
      group.forEach(one -> answers.answer(one, knows.apply(one)));
    }
  }

  /// Takes the only push out.
  Push take() {
    assertEquals(1, taken.size(), () -> service + " was given " + taken);
    return taken.removeFirst();
  }

  void answer(final Push push, final DeliveryOutcome outcome) {
    Objects.requireNonNull(outcomes.get(push)).outcome(push, outcome);
  }

  /// Forgets whom to answer, in a test with very many pushes.
  void forget() {
    outcomes.clear();
  }

  void handOver(final Push push) {
    answer(push, new DeliveryOutcome.HandedOver("receipt"));
  }

  @Override
  public void close() {
    assertTrue(taken.isEmpty());
  }
}
