package dev.reveille.push.fcm;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.MissingNode;
import java.util.HashMap;
import java.util.Map;

/// The meaning of Google's answers, as a table: status, code, what to do. The code is FCM's own
/// where the answer has one, else the general one; the message for people is not read.
final class FcmAnswers {
  /// What an answer asks of us.
  enum Action {
    /// Taken; no proof that the phone shows it.
    ACCEPTED,
    /// We built a bad request.
    FIX_REQUEST,
    /// The token is none, or Google dislikes the message: the smallest one tells which.
    TOKEN_OR_MESSAGE,
    /// The token is none.
    BAD_TOKEN,
    /// The address is gone.
    DEAD_TOKEN,
    /// A token of another project.
    WRONG_PROJECT_TOKEN,
    /// Our access token is stale: another one, once more.
    ASK_AGAIN,
    /// A service behind Google refuses Google's credentials for it.
    FIX_THIRD_PARTY,
    /// The account's role, its project or the interface's switch: the operator has to act.
    FIX_CREDENTIALS,
    /// Refused with a code that we do not know: it may concern this push only.
    FIX_SOMETHING,
    /// Too much at once for the project.
    SLOW_PROJECT,
    /// Too much at once for this phone.
    SLOW_DEVICE,
    /// Their fault; later.
    BACK_OFF
  }

  /// What an answer says.
  ///
  /// @param code `UNREGISTERED`, say, or ""
  /// @param field what is wrong in a request; "" when nothing is named
  /// @param subject whose quota is used up; "" when none is named
  record Said(String code, String field, String subject) {}

  private static final Object[][] TABLE = {
    {400, "INVALID_ARGUMENT", Action.TOKEN_OR_MESSAGE},
    {401, "UNAUTHENTICATED", Action.ASK_AGAIN},
    {401, "THIRD_PARTY_AUTH_ERROR", Action.FIX_THIRD_PARTY},
    {403, "SENDER_ID_MISMATCH", Action.WRONG_PROJECT_TOKEN},
    {403, "PERMISSION_DENIED", Action.FIX_CREDENTIALS},
    {404, "UNREGISTERED", Action.DEAD_TOKEN},
    {404, "NOT_FOUND", Action.FIX_CREDENTIALS},
    {429, "QUOTA_EXCEEDED", Action.SLOW_PROJECT},
    {429, "RESOURCE_EXHAUSTED", Action.SLOW_PROJECT},
    {500, "INTERNAL", Action.BACK_OFF},
    {503, "UNAVAILABLE", Action.BACK_OFF},
  };

  private static final Map<String, Action> BY_WORD = new HashMap<>();

  static {
    for (final var row : TABLE) {
      BY_WORD.put(row[0] + " " + row[1], (Action) row[2]);
    }
  }

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String TOKEN_FIELD = "message.token";
  private static final String FCM_ERROR = "/google.firebase.fcm.v1.FcmError";
  private static final String BAD_REQUEST = "/google.rpc.BadRequest";
  private static final String QUOTA = "/google.rpc.QuotaFailure";

  private FcmAnswers() {}

  /// By status and code; a code that is not in the table goes by its status.
  static Action action(final int status, final Said said) {
    if (status == 200) {
      return Action.ACCEPTED;
    }
    final var known = BY_WORD.get(status + " " + said.code());
    if (known == Action.TOKEN_OR_MESSAGE && !said.field().isEmpty()) {
      return said.field().equals(TOKEN_FIELD) ? Action.BAD_TOKEN : Action.FIX_REQUEST;
    }
    if (known == Action.SLOW_PROJECT && said.subject().startsWith("device")) {
      return Action.SLOW_DEVICE;
    }
    if (known != null) {
      return known;
    }
    return switch (status) {
      case 401 -> Action.ASK_AGAIN;
      case 403, 404 -> Action.FIX_SOMETHING;
      case 429 -> Action.SLOW_PROJECT;
      default -> status >= 500 ? Action.BACK_OFF : Action.FIX_REQUEST;
    };
  }

  static Said read(final String body) {
    final var error = json(body).path("error");
    String code = error.path("status").asText("");
    String field = "";
    String subject = "";
    for (final var detail : error.path("details")) {
      final String type = detail.path("@type").asText("");
      if (type.endsWith(FCM_ERROR)) {
        code = detail.path("errorCode").asText(code);
      } else if (type.endsWith(BAD_REQUEST)) {
        field = detail.path("fieldViolations").path(0).path("field").asText("?");
      } else if (type.endsWith(QUOTA)) {
        subject = detail.path("violations").path(0).path("subject").asText("");
      }
    }
    return new Said(word(code), word(field), subject);
  }

  /// The message's name without what is the same in all, or "".
  static String receipt(final String body) {
    final String name = json(body).path("name").asText("");
    return word(name.substring(name.lastIndexOf('/') + 1));
  }

  /// What comes from outside goes into the trail only as a short plain word.
  private static String word(final String text) {
    final String plain = text.replaceAll("[^\\w.:%\\[\\]-]", "?");
    return plain.substring(0, Math.min(plain.length(), 100));
  }

  private static JsonNode json(final String body) {
    try {
      return JSON.readTree(body);
    } catch (JsonProcessingException _) {
      return MissingNode.getInstance();
    }
  }
}
