-- Members who bought in the 90 and in the 365 days that end on a day, and in as many days up to another one.
SELECT count(DISTINCT member_id) FILTER (WHERE business_on BETWEEN %(last)s::date - 89 AND %(last)s),
       count(DISTINCT member_id) FILTER (WHERE business_on BETWEEN %(last)s::date - 364 AND %(last)s),
       count(DISTINCT member_id) FILTER (WHERE business_on BETWEEN %(against)s::date - 89 AND %(against)s)
  FROM rewards_purchase p
 WHERE programme_id = %(programme)s
   AND (business_on BETWEEN %(last)s::date - 364 AND %(last)s OR business_on BETWEEN %(against)s::date - 89 AND %(against)s)
   AND (%(store)s::bigint IS NULL OR store_id = %(store)s::bigint)
   AND (%(channel)s::bigint IS NULL OR channel_id = %(channel)s::bigint)
/* whom */
