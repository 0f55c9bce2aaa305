import { useCallback, useEffect, useRef, useState } from "react";
import { whoOf, type Change, type Me } from "./ticket";
import { useTold } from "./told";

const ECHO = 5000;
const SHOWN = 8000;

/** The latest that happened to the ticket, in words. */
export function useNews(me: Me) {
  const told = useTold(me);
  const [news, setNews] = useState({ text: "", count: 0 });
  const lastOwn = useRef(0);

  const tell = useCallback(
    (text: string) => setNews(({ count }) => ({ text, count: count + 1 })),
    [],
  );
  useEffect(() => {
    const timer = setTimeout(() => setNews(({ count }) => ({ text: "", count })), SHOWN);
    return () => clearTimeout(timer);
  }, [news.text, news.count]);

  /** Tells at once what this agent did; the event that follows adds nothing. */
  const say = useCallback(
    (text: string) => {
      lastOwn.current = Date.now();
      tell(text);
    },
    [tell],
  );
  const hear = useCallback(
    (change: Change) => {
      const who = whoOf(change);
      const isEcho = who ? who.id === me.id : Date.now() - lastOwn.current < ECHO;
      if (!isEcho) tell(told(change));
    },
    [me.id, tell, told],
  );
  return { news, say, hear };
}
