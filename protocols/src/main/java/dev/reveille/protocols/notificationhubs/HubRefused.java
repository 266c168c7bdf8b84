package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.json.Refusal;
import dev.reveille.protocols.notificationhubs.template.TemplateRefused;
import dev.reveille.protocols.xml.XmlRefused;
import java.time.Duration;

/// Thrown to refuse a request to a hub.
///
/// Carries no stack trace: it is an answer to a caller, who may cause any number.
public final class HubRefused extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final transient HubProblem problem;
  private final transient Duration retryAfter;
  private final String[] headers;

  public HubRefused(final HubProblem problem) {
    this(problem, Duration.ZERO);
  }

  /// @param retryAfter when it is worth to try again; zero for never
  public HubRefused(final HubProblem problem, final Duration retryAfter) {
    this(problem, retryAfter, new String[0]);
  }

  private HubRefused(final HubProblem problem, final Duration retryAfter, final String... headers) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
    this.retryAfter = retryAfter;
    this.headers = headers;
  }

  /// The same with a header that HTTP wants beside the status.
  HubRefused with(final String name, final String value) {
    return new HubRefused(problem, retryAfter, name, value);
  }

  /// Names and values in turn.
  String[] headers() {
    return headers.clone();
  }

  public Duration retryAfter() {
    return retryAfter;
  }

  /// Status 400.
  public static HubRefused malformed(final String detail) {
    return new HubRefused(HubProblem.malformed(detail));
  }

  /// The complaint of the readers of JSON that all protocols share.
  public static HubRefused of(final Refusal refusal) {
    return malformed(refusal.detail());
  }

  /// The complaint of the reader of XML.
  public static HubRefused of(final XmlRefused refusal) {
    return malformed(refusal.complaint());
  }

  /// The complaint of the reader of templates and their properties.
  public static HubRefused of(final TemplateRefused refusal) {
    return malformed(refusal.complaint());
  }

  public HubProblem problem() {
    return problem;
  }
}
