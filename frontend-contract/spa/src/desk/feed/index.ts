export { useDesk, useQueueEvents, useTicketEvents, type DeskState, type QueueStatus, type Viewer } from "./desk";
export { usePageTitle } from "./usePageTitle";
