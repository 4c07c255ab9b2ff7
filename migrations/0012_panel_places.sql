-- Which panels an operator has folded beside a ticket, and in which order they stand there: a JSON list of
-- {"installation", "collapsed"}. One column of the operator, since it is read and written as a whole, and means nothing
-- to anybody else; installations that are gone are left out when it is read.
ALTER TABLE operators ADD COLUMN panels TEXT NOT NULL DEFAULT '[]';
