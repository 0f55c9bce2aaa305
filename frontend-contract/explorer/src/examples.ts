// Variables to begin with: the demo's people, and {{names}} that `capabilities.ts` fills in.

const PASSWORD = "fresh air for everyone";
const CODE = "000000";

export const EXAMPLES: Record<string, string> = {
  Register: input({
    email: "vera@example.com",
    password: PASSWORD,
    device: { serialNumber: "AHU-2001", name: "Roof, east" },
  }),
  Login: input(
    { email: "otto@example.com", password: PASSWORD, delivery: "COOKIE" },
    "All demo people share it; agent@example.com is support.",
  ),
  BeginEnrollment: input(
    { challenge: "{{challenge}}", releaseCode: null, qrFormat: "SVG" },
    "The {{challenge}} that Login answered.",
  ),
  ConfirmEnrollment: input({ challenge: "{{challenge}}", code: CODE }),
  VerifyCode: input(
    { challenge: "{{challenge}}", code: CODE },
    "Printed by: sparekey demo code otto@example.com",
  ),
  ResendReleaseCode: input({ challenge: "{{challenge}}" }),
  StepUp: input({ code: CODE }, "Printed by: sparekey demo code agent@example.com"),
  RequestReset: input(
    {
      challenge: "{{challenge}}",
      reason: "PHONE_LOST",
      message: "My phone fell into the canal.",
      contactPhone: "+49 30 5550100",
      deviceSerialNumber: "AHU-1001",
    },
    "After Login. PHONE_STOLEN locks the old app at once.",
  ),
  WatchResetStatus: variables({ receipt: "{{receipt}}" }, "The {{receipt}} that RequestReset answered."),
  ResetStatus: variables({ receipt: "{{receipt}}" }),
  CancelReset: input({ receipt: "{{receipt}}" }),
  ConfirmMailbox: input({ token: "" }, "The token of the link in the mail."),
  CloseAccount: input({ token: "" }, "The token of the link in the mail."),
  RecoveryQueue: variables({ filter: null, orderBy: "DUE_FIRST", first: 10 }),
  RecoveryQueueEvents: variables(
    { after: null },
    'From now on; or "{{eventCursor}}" of RecoveryQueue.',
  ),
  RecoveryQueueCount: variables({ filter: { states: ["WAITING"] } }),
  RecoveryTicket: variables({ reference: "{{reference}}" }),
  ClaimTicket: input(
    { ticketId: "{{ticketId}}" },
    "The ticket that was answered last; of several the first.",
  ),
  ReleaseTicket: input({ ticketId: "{{ticketId}}" }),
  AddTicketNote: input({ ticketId: "{{ticketId}}", text: "Called back, nobody answered." }),
  RecordEvidence: input({
    ticketId: "{{ticketId}}",
    kind: "CALLBACK",
    outcome: "MATCHED",
    detail: "Called the number of the last invoice; named two of the units.",
  }),
  ApproveReset: input(
    {
      ticketId: "{{ticketId}}",
      checked: ["DEVICE_SERIAL"],
      note: "The serial number is right.",
    },
    "Wants a claim, and a StepUp within 15 minutes.",
  ),
  RejectReset: input({ ticketId: "{{ticketId}}", note: "Nobody answered when we called back." }),
  QueueHistory: variables({ days: 30 }),
  AuditTrail: variables({ search: null, first: 25 }, "For supervisors: chief@example.com."),
  AddDevice: input({ serialNumber: "AHU-2002", name: "Roof, west" }),
  ChangePassword: input({ currentPassword: PASSWORD, newPassword: "" }),
  RevokeSession: variables({ id: "" }, "An id from Viewer's sessions."),
  Node: variables({ id: "{{ticketId}}" }),
};

function input(fields: object, remark?: string): string {
  return variables({ input: fields }, remark);
}

function variables(values: object, remark?: string): string {
  const text = JSON.stringify(values, null, 2);
  return remark ? `// ${remark}\n${text}` : text;
}
