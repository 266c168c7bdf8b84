package dev.reveille.protocols.notificationhubs;

import dev.reveille.protocols.xml.XmlOut;
import java.time.Instant;

/// Writes the body of a hub's refusal, as XML. One client reads only `Detail`, which therefore
/// begins with the sub-code that operators search for; another needs `Code` before it.
public final class ErrorBody {
  public static final String CONTENT_TYPE = "application/xml; charset=utf-8";

  private ErrorBody() {}

  /// @param trackingId the one that the caller gave, else one of ours; also in the header of this
  ///   name
  /// @param now the moment of the answer
  public static byte[] of(final HubProblem problem, final String trackingId, final Instant now) {
    final var subCode = problem.subCode() + ": ";
    final var detail =
        (problem.detail().startsWith(subCode) ? "" : subCode)
            + problem.detail()
            + (problem.detail().endsWith(".") ? "" : ".")
            + "TrackingId:"
            + trackingId
            + ",TimeStamp:"
            + AtomFrame.moment(now);
    return new XmlOut()
        .start("Error")
        .element("Code", Integer.toString(problem.status()))
        .element("Detail", detail)
        .end()
        .bytes();
  }
}
