import { useReceipt } from "./receipt";
import { Following } from "./waiting/Following";
import { NoRequest } from "./waiting/NoRequest";
import "./waiting.css";

/** The page that follows a request to reset the one-time password until it is decided. */
export default function Waiting() {
  const receipt = useReceipt();
  return (
    <div className="waiting stack">
      {receipt ? <Following key={receipt} receipt={receipt} /> : <NoRequest known={false} />}
    </div>
  );
}
