package dev.reveille.protocols.federation;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/// The result of a synthetic test.
///
/// @param target the pool that ran the test
/// @param at when it began
/// @param latency from the request to its answer; zero when nothing was sent
/// @param result empty when there was no way through
/// @param error one line; "" for a success
/// @param why where it failed and what helps
/// @param steps all, in their order
public record TestReport(
    String target,
    Instant at,
    Duration latency,
    Optional<Result> result,
    String error,
    Optional<Diagnosis> why,
    List<Step> steps) {
  /// What a server answered.
  public enum Result {
    SUCCESS("Success"),
    FAILURE("Failure");

    private final String word;

    Result(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// How far a step came.
  public enum State {
    OK("ok"),
    FAILED("failed"),
    NOT_REACHED("not-reached");

    private final String word;

    State(final String word) {
      this.word = word;
    }

    public String word() {
      return word;
    }
  }

  /// @param words what was found; "" where nothing is to be said
  public record Step(TestStep step, State state, String words) {}

  public TestReport {
    steps = List.copyOf(steps);
  }
}
